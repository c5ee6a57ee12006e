/** `wrong`: it will not run, or not keep its promises. `warning`: it runs, and somebody should know. */
export interface Finding {
  subject: string
  state: 'good' | 'warning' | 'wrong'
  found: string
  fix?: string
}

export function good(subject: string, found: string): Finding {
  return { subject, state: 'good', found }
}

export function warning(subject: string, found: string, fix: string): Finding {
  return { subject, state: 'warning', found, fix }
}

export function wrong(subject: string, found: string, fix: string): Finding {
  return { subject, state: 'wrong', found, fix }
}
