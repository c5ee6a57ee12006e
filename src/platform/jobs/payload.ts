/** What a job carries: ids, never facts that may have changed when it runs. */
export type JobPayload = Record<string, number | string>

/** What a payload must have in it. Numbers are whole. */
export type PayloadShape = Readonly<Record<string, 'number' | 'string'>>

export type PayloadOf<Shape extends PayloadShape> = {
  [Member in keyof Shape]: Shape[Member] extends 'number'
    ? number
    : Shape[Member] extends 'string'
      ? string
      : number | string
}

/** Foreign programs produce jobs too: either a payload with all that is needed, or what is wrong with it. */
export function readPayload(body: string, needs: PayloadShape): { payload: JobPayload } | { fault: string } {
  const payload = parse(body)
  if (typeof payload !== 'object' || payload === null) return { fault: 'The payload is no JSON object.' }
  for (const [member, type] of Object.entries(needs)) {
    const value = Object.hasOwn(payload, member) ? (payload as Record<string, unknown>)[member] : undefined
    const fits = type === 'number' ? Number.isSafeInteger(value) : typeof value === 'string'
    if (!fits) return { fault: `The payload has no "${member}" that is a ${NAMES[type]}.` }
  }
  return { payload: payload as JobPayload }
}

const NAMES = { number: 'whole number', string: 'text' }

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
