const CHARACTERS_MAX = 500

/** What a server said, as one line of bounded length: it is kept, listed and logged. */
export function toReason(words: string): string {
  const line = words
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  return line.length > CHARACTERS_MAX ? `${line.slice(0, CHARACTERS_MAX - 1).toWellFormed()}…` : line
}
