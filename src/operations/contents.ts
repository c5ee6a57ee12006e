import { hash } from 'node:crypto'
import type { Moment, OpenDatabase, WholeRow, WholeTable } from '../platform/database/index.ts'

export interface TableContents {
  rows: number
  /** The same for the same rows in any order and on any engine. */
  checksum: string
  /** The highest id that was ever given. */
  lastId: number
}

export type Contents = Record<string, TableContents>

/** What every table holds, in a form that two databases can be compared by. */
export async function contentsOf({ wholeTables }: OpenDatabase, { tx }: Moment): Promise<Contents> {
  const contents: Contents = {}
  for (const table of await wholeTables.list(tx)) {
    const count = createCount(table)
    for await (const rows of wholeTables.rows(tx, table)) count.add(rows)
    contents[table.name] = count.contents(await wholeTables.lastId(tx, table))
  }
  return contents
}

export function createCount({ columns }: WholeTable) {
  const sorted = columns.toSorted()
  let rows = 0
  let sum = 0n

  return {
    /** The sum of their hashes does not depend on their order, and a row that is there twice counts twice. */
    add(batch: WholeRow[]): void {
      rows += batch.length
      for (const row of batch) {
        const text = JSON.stringify(sorted.map((column) => plain(row[column])))
        sum += hash('sha256', text, 'buffer').readBigUInt64LE()
      }
    },
    contents: (lastId: number): TableContents => ({
      rows,
      checksum: BigInt.asUintN(64, sum).toString(16).padStart(16, '0'),
      lastId,
    }),
  }
}

function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value
}

/** The names of tables that are not the same in both, each with what is known of it. */
export function differences(expected: Contents, found: Contents): string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(found)])
  return [...names].flatMap((name) => {
    const [want, have] = [expected[name], found[name]]
    if (want === undefined || have === undefined) return [`${name}: only one side has this table`]
    if (want.rows !== have.rows) return [`${name}: ${want.rows} rows here, ${have.rows} there`]
    if (want.checksum !== have.checksum) return [`${name}: rows differ`]
    // PostgreSQL's counters go on under a snapshot; what matters is that no id is given twice.
    return have.lastId >= want.lastId ? [] : [`${name}: ids would be given again, from ${have.lastId + 1}`]
  })
}
