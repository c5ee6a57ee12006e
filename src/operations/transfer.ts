import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { CompiledQuery } from 'kysely'
import { reasonOf } from '../kit/reason.ts'
import {
  type Moment,
  migrate,
  type NoTables,
  type OpenDatabase,
  openDatabase,
  SQLITE_FILE,
  type TransactionOf,
  type WholeTable,
} from '../platform/database/index.ts'
import { MIGRATIONS } from '../rooms.ts'
import { type Contents, contentsOf, createCount, differences } from './contents.ts'
import { standOfOpen } from './stand.ts'

interface Options {
  /** `sqlite:<DATA_DIR>` or `postgres://...` */
  from: string
  to: string
  onTable: (name: string, rows: number) => void
}

/**
 * Everything as it stands in one moment, into a database that has no tables: made, filled and compared in one transaction
 * of the target, so that it is there whole or not at all. Returns what was moved.
 */
export async function transfer({ from, to, onTable }: Options): Promise<Contents> {
  await using source = await openLocation(from, { mustExist: true })
  await assertUpToDate(source.database)
  await using target = await openLocation(to, { mustExist: false })
  return await source.database.atOneMoment((moment) =>
    target.database.writeAlone(async (tx) => {
      await makeTables(target.database, tx)
      const moved = await copyTables({
        source: source.database,
        moment,
        target: target.database,
        tx,
        onTable,
      })
      const found = await contentsOf(target.database, { tx })
      const faults = differences(moved, found)
      if (faults.length > 0)
        throw new Error(`What arrived is not what was sent; nothing was kept:\n  ${faults.join('\n  ')}`)
      return moved
    }),
  )
}

async function openLocation(location: string, { mustExist }: { mustExist: boolean }) {
  const onError = () => {}
  const database = location.startsWith('sqlite:')
    ? await openDatabase({ url: undefined, dataDir: folderOf(location, mustExist), onError })
    : await openDatabase({ url: postgresUrl(location), dataDir: '', onError })
  return { database, [Symbol.asyncDispose]: () => database.close() }
}

function folderOf(location: string, mustExist: boolean): string {
  const path = location.slice('sqlite:'.length)
  const folder = basename(path) === SQLITE_FILE ? dirname(path) : path
  if (path === '') throw new Error('Say which folder: sqlite:<DATA_DIR>.')
  if (mustExist && !existsSync(join(folder, SQLITE_FILE)))
    throw new Error(`There is no ${SQLITE_FILE} in ${folder}.`)
  return folder
}

function postgresUrl(location: string): string {
  if (/^postgres(ql)?:\/\//.test(location) && URL.canParse(location)) return location
  throw new Error('A database is sqlite:<DATA_DIR> or postgres://user:password@host/database.')
}

async function assertUpToDate(source: OpenDatabase): Promise<void> {
  const { missing, unknown } = await standOfOpen(source)
  if (unknown.length > 0)
    throw new Error('The source was migrated by a newer version: run the transfer with that one.')
  if (missing.length > 0) throw new Error('The source is not up to date: run "loggia migrate" on it first.')
}

async function makeTables(target: OpenDatabase, tx: TransactionOf<NoTables>): Promise<void> {
  const tables = await target.wholeTables.list(tx)
  if (tables.length > 0)
    throw new Error(`The target is not empty: it has the table "${tables[0]?.name}". Name a new database.`)
  const { columnTypes } = target
  await migrate({ columnTypes, writeAlone: (change) => change(tx as never) }, MIGRATIONS)
}

interface Copy {
  source: OpenDatabase
  moment: Moment
  target: OpenDatabase
  tx: TransactionOf<NoTables>
  onTable: Options['onTable']
}

async function copyTables({ source, moment, target, tx, onTable }: Copy): Promise<Contents> {
  const tables = await target.wholeTables.list(tx)
  // A new installation begins with some rows of its own.
  for (const { name } of tables.toReversed())
    await tx.executeQuery(CompiledQuery.raw(`delete from "${name}"`))
  const sources = await source.wholeTables.list(moment.tx)
  const moved: Contents = {}
  for (const table of tables) {
    const from = matching(table, sources)
    const count = createCount(table)
    for await (const rows of source.wholeTables.rows(moment.tx, from)) {
      count.add(rows)
      await target.wholeTables.insert(tx, table, rows).catch((error) => {
        throw new Error(`"${table.name}" cannot be kept there, and nothing was: ${reasonOf(error)}`)
      })
    }
    const lastId = await source.wholeTables.lastId(moment.tx, from)
    await target.wholeTables.setLastId(tx, table, lastId)
    const contents = count.contents(lastId)
    moved[table.name] = contents
    onTable(table.name, contents.rows)
  }
  assertNoneLeft(sources, moved)
  return moved
}

function matching(table: WholeTable, sources: WholeTable[]): WholeTable {
  const source = sources.find(({ name }) => name === table.name)
  const [want, have] = [table.columns, source?.columns ?? []].map((columns) => columns.toSorted().join())
  if (source === undefined || want !== have)
    throw new Error(`The table "${table.name}" of the source is not as this version knows it.`)
  return source
}

function assertNoneLeft(sources: WholeTable[], moved: Contents): void {
  const foreign = sources.filter(({ name }) => !Object.hasOwn(moved, name)).map(({ name }) => name)
  if (foreign.length > 0)
    throw new Error(
      `The source has tables that are none of ours, and nothing was moved: ${foreign.join(', ')}.`,
    )
}
