import { invalid } from '../../kit/errors.ts'
import { moneyIn } from '../../kit/money.ts'

/** 17.99 EUR -> 1799. Throws for more decimals than the currency has, and for more than can be kept exactly. */
export function toMinor(price: number, currency: string): number {
  const { decimals } = moneyIn(currency)
  const minor = price * 10 ** decimals
  const rounded = Math.round(minor)
  if (!Number.isSafeInteger(rounded)) throw priceInvalid('Is more than can be kept exactly.')
  if (Math.abs(minor - rounded) > ROUNDING * Math.max(1, rounded))
    throw priceInvalid(`Must have at most ${decimals} decimals, in ${currency}.`)
  return rounded
}

function priceInvalid(detail: string) {
  return invalid([{ pointer: '/price', detail }])
}

export function fromMinor(minor: number, currency: string): number {
  return Number(moneyIn(currency).write(minor))
}

/** What multiplying a number of few decimals by a power of ten may be off by. */
const ROUNDING = 1e-9
