import { fits } from '../../http/compilers.ts'
import type { Money } from '../../kit/money.ts'
import { nameKey } from './names.ts'
import { Description, ExternalId, Name } from './schemas.ts'
import { COLUMNS, type Column, idIn, restored, splitTags } from './sheet.ts'
import type { Faults } from './sheet-faults.ts'
import { delimiterOf, readRecords } from './sheet-records.ts'

/** Tags of one row. */
const TAGS_MAX = 50
const REQUIRED: Column[] = ['external_id', 'name', 'price']

/** A row as it was meant. What has no column is not there and stays as it is. */
export interface SheetRow {
  line: number
  /** Its external id, or `#` and its id. */
  called: string
  name: string
  price_minor: number
  description?: string | null
  /** Each once. */
  tags?: string[]
}

/** The rows that are right; what is wrong with the others is told to `faults`. Throws `import_too_long`. */
export async function readSheet(csv: string, money: Money, faults: Faults): Promise<SheetRow[]> {
  const delimiter = delimiterOf(csv)
  const [header, ...records] = await readRecords(csv, delimiter, faults)
  const columns = toColumns(header?.cells ?? [], faults)
  if (columns === null) return []
  const rows: SheetRow[] = []
  const lines = new Map<string, number>()
  for (const { line, cells } of records) {
    const row = createRowReader({ line, money, delimiter, faults }).read(columns, cells)
    const before = row && lines.get(row.called)
    if (before !== undefined && before !== null)
      faults.add(line, 'external_id', `stands on line ${before} already.`)
    else if (row !== null) {
      lines.set(row.called, line)
      rows.push(row)
    }
  }
  return rows
}

/** `null` when rows cannot be told by this header. */
function toColumns(cells: string[], faults: Faults): Column[] | null {
  const columns = cells.map((cell) => cell.trim().toLowerCase())
  const faulty = [
    ...REQUIRED.filter((name) => !columns.includes(name)).map((name) => `the column ${name} is missing.`),
    ...columns.flatMap((name, index) => {
      if (!COLUMNS.some((known) => known === name)) return [`"${name.slice(0, 50)}" is not a column of this.`]
      return columns.indexOf(name) < index ? [`the column ${name} stands there twice.`] : []
    }),
  ]
  for (const detail of faulty) faults.add(1, null, detail)
  return faulty.length > 0 ? null : (columns as Column[])
}

interface Reading {
  line: number
  money: Money
  delimiter: ',' | ';'
  faults: Faults
}

function createRowReader({ line, money, delimiter, faults }: Reading) {
  let isRight = true
  const fault = (column: Column | null, detail: string) => {
    isRight = false
    faults.add(line, column, detail)
  }

  function calledBy(cell: string): string {
    if (cell === '') fault('external_id', 'is required: by it a repeat finds the item again.')
    else if (idIn(cell) === null && !fits(ExternalId, cell))
      fault('external_id', 'must be 1 to 100 characters of one line, without spaces around them.')
    return cell
  }

  function nameIn(cell: string): string {
    if (!fits(Name, cell)) fault('name', 'must be 1 to 200 characters of one line.')
    return cell
  }

  function priceIn(cell: string): number {
    const text = delimiter === ';' ? cell.trim().replace(',', '.') : cell.trim()
    const minor = money.read(text)
    if (minor === null) fault('price', `must be a number such as ${money.write(1999)}, without a currency.`)
    return minor ?? 0
  }

  function descriptionIn(cell: string): string | null {
    if (!fits(Description, cell)) fault('description', 'must be at most 5000 characters of text.')
    return cell === '' ? null : cell
  }

  function tagsIn(cell: string): string[] {
    const names = new Map(splitTags(cell).map((name) => [nameKey(name), name]))
    if (names.size > TAGS_MAX) fault('tags', `must be at most ${TAGS_MAX}.`)
    if (![...names.values()].every((name) => fits(Name, name)))
      fault('tags', 'must be names of 1 to 200 characters of one line, with | between them.')
    return [...names.values()]
  }

  return {
    read(columns: Column[], cells: string[]): SheetRow | null {
      if (cells.length !== columns.length)
        fault(null, `has ${cells.length} cells; the header has ${columns.length}.`)
      if (!isRight) return null
      const cell = (column: Column) => restored(cells[columns.indexOf(column)] ?? '')
      const row: SheetRow = {
        line,
        called: calledBy(cell('external_id')),
        name: nameIn(cell('name')),
        price_minor: priceIn(cell('price')),
        ...(columns.includes('description') ? { description: descriptionIn(cell('description')) } : {}),
        ...(columns.includes('tags') ? { tags: tagsIn(cell('tags')) } : {}),
      }
      return isRight ? row : null
    },
  }
}
