/** What amounts of one currency look like. */
export interface Money {
  /** How many digits a minor unit takes: 2 for EUR, 0 for JPY, 3 for KWD. */
  decimals: number
  /** `17.9` -> 1790, exactly. `null` for what is no such amount, or more than can be kept exactly. */
  read(text: string): number | null
  /** 1790 -> `17.90`. */
  write(minor: number): string
}

/** By ISO 4217, as the machine's tables have it; 2 decimals for a code that they do not know. */
export function moneyIn(currency: string): Money {
  const known = currencies.get(currency) ?? createMoney(decimalsOf(currency))
  currencies.set(currency, known)
  return known
}

/** There are a few hundred, and asking the tables takes longer than all the rest. */
const currencies = new Map<string, Money>()

function createMoney(decimals: number): Money {
  return {
    decimals,
    read(text) {
      const [, whole = '', fraction = ''] = /^(\d{1,20})(?:\.(\d{1,20}))?$/.exec(text) ?? []
      if (whole === '' || fraction.length > decimals) return null
      const minor = Number(whole + fraction.padEnd(decimals, '0'))
      return Number.isSafeInteger(minor) ? minor : null
    },
    write(minor) {
      const digits = String(minor).padStart(decimals + 1, '0')
      const point = digits.length - decimals
      return decimals === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`
    },
  }
}

function decimalsOf(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  )
}
