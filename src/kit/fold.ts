/** What two spellings of one name share: compatibility-normalised, without case, without spaces around. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim()
}

/** The same without the accents of Latin, Greek and Cyrillic letters, for what is searched: "ete" finds "Été". */
export function foldAccents(text: string): string {
  return fold(text)
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
}
