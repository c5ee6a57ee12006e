import { invalid } from '../../kit/errors.ts'

/** 17.99 EUR -> 1799. Throws for more decimals than the currency has, and for more than can be kept exactly. */
export function toMinor(price: number, currency: string): number {
  const minor = price * 10 ** decimalsOf(currency)
  const rounded = Math.round(minor)
  if (!Number.isSafeInteger(rounded) || Math.abs(minor - rounded) > ROUNDING * Math.max(1, rounded))
    throw invalid([
      { pointer: '/price', detail: `Must have at most ${decimalsOf(currency)} decimals, in ${currency}.` },
    ])
  return rounded
}

export function fromMinor(minor: number, currency: string): number {
  return minor / 10 ** decimalsOf(currency)
}

/** What multiplying a number of few decimals by a power of ten may be off by. */
const ROUNDING = 1e-9

/** ISO 4217, as the machine's tables have it; 2 for a code that they do not know. */
function decimalsOf(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  )
}
