/** First and last byte, both sent. */
export interface ByteRange {
  first: number
  last: number
}

/**
 * RFC 9110, 14.1.2. `null`: the whole is sent, as for several ranges at once, which nobody needs of a document, and for what is
 * not understood. `unsatisfiable`: it begins behind the end.
 */
export function rangeOf(header: string | undefined, length: number): ByteRange | 'unsatisfiable' | null {
  const [, from, to] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '') ?? []
  if (from === undefined || to === undefined || from + to === '') return null
  if (from === '') return suffixOf(Number(to), length)
  const [first, last] = [Number(from), to === '' ? length - 1 : Number(to)]
  if (to !== '' && last < first) return null
  return first < length ? { first, last: Math.min(last, length - 1) } : 'unsatisfiable'
}

/** The last so many bytes. */
function suffixOf(count: number, length: number): ByteRange | 'unsatisfiable' {
  if (count === 0 || length === 0) return 'unsatisfiable'
  return { first: Math.max(0, length - count), last: length - 1 }
}
