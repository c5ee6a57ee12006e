import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { LRUCache } from 'lru-cache'
import { openDirectWay } from './direct.ts'
import type { NoTables } from './index.ts'

/** Distinct statements kept prepared on a connection; preparing one costs more than running it. */
const STATEMENTS_MAX = 500

/** Kysely over one `node:sqlite` connection. Transactions are driven from outside. `onQuery` is called before each query. */
export function kyselyOn(database: DatabaseSync, onQuery: () => void = () => {}): Kysely<NoTables> {
  const run = createRun(database, onQuery)
  const dialect = dialectOf(connectionOf(run))
  return openDirectWay(new Kysely<NoTables>({ dialect }), (text, values) => run(text, values).rows)
}

function dialectOf(connection: DatabaseConnection): Dialect {
  return {
    // Kysely would let queries of one connection wait, each waking all others. Here each is over before another begins.
    createAdapter: () =>
      Object.defineProperty(new SqliteAdapter(), 'supportsMultipleConnections', { value: true }),
    createDriver: () => singleConnectionDriver(connection),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function createRun(database: DatabaseSync, onQuery: () => void) {
  const prepared = new LRUCache<string, { statement: StatementSync; answersRows: boolean }>({
    max: STATEMENTS_MAX,
  })

  function prepare(text: string) {
    const known = prepared.get(text)
    if (known) return known
    const statement = database.prepare(text)
    const entry = { statement, answersRows: statement.columns().length > 0 }
    prepared.set(text, entry)
    return entry
  }

  return (text: string, values: readonly unknown[]): QueryResult<unknown> => {
    onQuery()
    const { statement, answersRows } = prepare(text)
    if (answersRows) return { rows: statement.all(...(values as SQLInputValue[])) }
    const { changes, lastInsertRowid } = statement.run(...(values as SQLInputValue[]))
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }
}

function connectionOf(run: ReturnType<typeof createRun>): DatabaseConnection {
  return {
    executeQuery: async <Row>({ sql, parameters }: CompiledQuery) => run(sql, parameters) as QueryResult<Row>,
    // biome-ignore lint/correctness/useYield: refused before there is anything to give
    async *streamQuery() {
      throw new Error('Streams of rows are not offered: a page at a time does.')
    },
  }
}

function singleConnectionDriver(connection: DatabaseConnection): Driver {
  const refuse = async () => {
    throw new Error('Transactions on SQLite go through Database.write.')
  }
  return {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    destroy: async () => {},
  }
}
