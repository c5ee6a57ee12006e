import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { LRUCache } from 'lru-cache'

/** Distinct statements kept prepared on a connection; preparing one costs more than running it. */
const STATEMENTS_MAX = 500

/** Kysely over one `node:sqlite` connection. Transactions are driven from outside, by the group commit. */
export function nodeSqliteDialect(database: DatabaseSync): Dialect {
  return {
    // Kysely would let queries of one connection wait, each waking all others. Here each is over before another begins.
    createAdapter: () =>
      Object.defineProperty(new SqliteAdapter(), 'supportsMultipleConnections', { value: true }),
    createDriver: () => singleConnectionDriver(createConnection(database)),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}

function createConnection(database: DatabaseSync): DatabaseConnection {
  const prepared = new LRUCache<string, { statement: StatementSync; answersRows: boolean }>({
    max: STATEMENTS_MAX,
  })

  function prepare(sql: string) {
    const known = prepared.get(sql)
    if (known) return known
    const statement = database.prepare(sql)
    const entry = { statement, answersRows: statement.columns().length > 0 }
    prepared.set(sql, entry)
    return entry
  }

  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const { statement, answersRows } = prepare(sql)
      const values = parameters as SQLInputValue[]
      if (answersRows) return { rows: statement.all(...values) as Row[] }
      const { changes, lastInsertRowid } = statement.run(...values)
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
    },
    async *streamQuery<Row>({ sql, parameters }: CompiledQuery) {
      for (const row of prepare(sql).statement.iterate(...(parameters as SQLInputValue[])))
        yield { rows: [row as Row] }
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
