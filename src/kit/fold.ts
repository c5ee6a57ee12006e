/** What two spellings of one name share: compatibility-normalised, without case, without spaces around. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim()
}
