import { type Kysely, sql } from 'kysely'
import type { Transaction } from './index.ts'

/** How the engine spells what all rooms need. Times are epoch milliseconds, flags 0 or 1, ids never reused. */
export interface ColumnTypes {
  id: string
  ref: string
  time: string
  flag: string
  bytes: string
  /** Text that lists are in the order of: by its code points, whatever the server's language. */
  sortedText: string
  /** What stands behind the closing parenthesis of a table. */
  table: string
}

/** In order; a name that has landed is never renamed, and its steps never change. A step is SQL, or what SQL cannot reckon. */
export type Migrations = Record<
  string,
  (type: ColumnTypes) => (string | ((tx: Transaction) => Promise<void>))[]
>

interface MigrationTables {
  migrations: { name: string; applied_at: number }
}

interface Migratable {
  columnTypes: ColumnTypes
  writeAlone<Result>(change: (tx: Kysely<MigrationTables>) => Promise<Result>): Promise<Result>
}

/**
 * Brings the schema up to date in one transaction, so that it never stands half-way; processes that start together take
 * turns. Returns the names that it applied. Throws when the database has seen a newer version of the program.
 */
export async function migrate(db: Migratable, rooms: Record<string, Migrations>): Promise<string[]> {
  const wanted = inOrder(rooms)
  return db.writeAlone(async (tx) => {
    await sql`create table if not exists migrations (name text primary key, applied_at ${sql.raw(db.columnTypes.time)} not null)`.execute(
      tx,
    )
    const applied = new Set(
      (await tx.selectFrom('migrations').select('name').execute()).map((row) => row.name),
    )
    refuseNewerSchema(applied, new Set(wanted.map(({ name }) => name)))
    const missing = wanted.filter(({ name }) => !applied.has(name))
    for (const { name, steps } of missing) {
      for (const step of steps(db.columnTypes)) {
        await (typeof step === 'string' ? sql.raw(step).execute(tx) : step(tx))
      }
      await tx.insertInto('migrations').values({ name, applied_at: Date.now() }).execute()
    }
    return missing.map(({ name }) => name)
  })
}

export interface Stand {
  applied: string[]
  missing: string[]
  /** By a newer version of the program. */
  unknown: string[]
}

/** How far the schema has come. `applied`: the names in its table of migrations. */
export function migrationsOf(applied: string[], rooms: Record<string, Migrations>): Stand {
  const known = inOrder(rooms).map(({ name }) => name)
  return {
    applied,
    missing: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  }
}

function inOrder(rooms: Record<string, Migrations>) {
  return Object.entries(rooms).flatMap(([room, migrations]) =>
    Object.entries(migrations).map(([name, steps]) => ({ name: `${room}/${name}`, steps })),
  )
}

function refuseNewerSchema(applied: Set<string>, known: Set<string>): void {
  const unknown = [...applied].filter((name) => !known.has(name))
  if (unknown.length === 0) return
  throw new Error(
    `The database was migrated by a newer version (${unknown.join(', ')}). Start that version, or restore a backup.`,
  )
}
