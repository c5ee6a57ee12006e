/** `19.99` as the API has it: 1999 of a currency with two digits. A text that is no amount becomes NaN, which is refused. */
export function inMinorUnits(text: string, currency: string): number {
  const amount = text.trim().replace(',', '.')
  return amount === '' ? Number.NaN : Math.round(Number(amount) * 10 ** digitsOf(currency))
}

export function inMajorUnits(minor: number, currency: string): string {
  const digits = digitsOf(currency)
  return (minor / 10 ** digits).toFixed(digits)
}

function digitsOf(currency: string): number {
  const format = new Intl.NumberFormat('en', { style: 'currency', currency })
  return format.resolvedOptions().maximumFractionDigits ?? 2
}
