/** What stands in the cells of a sheet of items, and how it is spelled there. What is written is read back as it was. */
export const COLUMNS = ['external_id', 'name', 'description', 'price', 'tags'] as const
export type Column = (typeof COLUMNS)[number]

/**
 * A spreadsheet would reckon what begins so (https://owasp.org/www-community/attacks/CSV_Injection); behind an apostrophe
 * it is text. What had one of its own gets another, so that reading can take one off.
 */
const FORMULA = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/

export function defused(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

export function restored(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell
}

/** `|` stands between tags; one that is part of a name, and a backslash, stand behind a backslash. */
export function joinTags(names: string[]): string {
  return names.map((name) => name.replace(/[\\|]/g, '\\$&')).join('|')
}

export function splitTags(cell: string): string[] {
  if (cell.trim() === '') return []
  const names = ['']
  for (const [part] of cell.matchAll(/\\[\s\S]|[\s\S]/g)) {
    if (part === '|') names.push('')
    else names.push(names.pop() + (part.length === 2 ? part.slice(1) : part))
  }
  return names.map((name) => name.trim())
}

/** How an item is called in a sheet that nobody has given an external id to. */
export function rowName({ id, external_id }: { id: number; external_id: string | null }): string {
  return external_id ?? `#${id}`
}

/** The id in `#17`. */
export function idIn(name: string): number | null {
  const [, id] = /^#(\d{1,15})$/.exec(name) ?? []
  return id === undefined ? null : Number(id)
}
