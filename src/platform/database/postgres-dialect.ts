import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { ClientBase, QueryResult as PgResult } from 'pg'
import { isOutdatedPlan } from './postgres-errors.ts'

/** Distinct statements kept prepared on a connection; a list of ids makes one of each length, so they are bounded. */
const STATEMENTS_MAX = 500

/** Where the connection for a query comes from, and whom it is given back to. */
export interface ClientSource {
  /** Throws what a caller is to see. */
  acquire(): Promise<ClientBase>
  release(client: ClientBase): void
  /** The error that a caller is to see instead. */
  translate(error: unknown): unknown
}

/** Kysely over `pg`. Transactions are driven from outside, by the changes. */
export function pgDialect(source: ClientSource): Dialect {
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => driverOf(source),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

function driverOf(source: ClientSource): Driver {
  const refuse = async () => {
    throw new Error('Transactions on PostgreSQL go through Database.write.')
  }
  return {
    init: async () => {},
    acquireConnection: async () => connectionOn(await source.acquire(), source),
    releaseConnection: async (connection) => source.release((connection as PgConnection).client),
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
    destroy: async () => {},
  }
}

interface PgConnection extends DatabaseConnection {
  client: ClientBase
}

function connectionOn(client: ClientBase, { translate }: ClientSource): PgConnection {
  async function run({ sql, parameters }: CompiledQuery): Promise<PgResult> {
    const query = () => client.query({ ...named(sql), values: [...parameters] })
    return query().catch((error) => {
      if (!isOutdatedPlan(error)) throw error
      forgetNames()
      // A transaction has failed with it, and is run again as a whole.
      if (client.getTransactionStatus() !== 'I') throw error
      return query()
    })
  }

  return {
    client,
    async executeQuery<Row>(compiled: CompiledQuery): Promise<QueryResult<Row>> {
      try {
        return toKysely(await run(compiled))
      } catch (error) {
        throw translate(error)
      }
    },
    // biome-ignore lint/correctness/useYield: refused before there is anything to give
    async *streamQuery() {
      throw new Error('Streams of rows are not offered: a page at a time does.')
    },
  }
}

function toKysely<Row>({ command, rowCount, rows }: PgResult): QueryResult<Row> {
  const changes = command === 'INSERT' || command === 'UPDATE' || command === 'DELETE'
  return { rows, ...(changes ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}) }
}

const names = new Map<string, string>()
let generation = 0

/** A name has the server keep the statement's plan on the connection. */
function named(text: string): { text: string; name?: string } {
  let name = names.get(text)
  if (name === undefined) {
    if (names.size >= STATEMENTS_MAX) return { text }
    name = `${generation}.${names.size}`
    names.set(text, name)
  }
  return { text, name }
}

/** A newer version has changed a table under the kept plans: under new names they are made anew. */
function forgetNames(): void {
  names.clear()
  generation += 1
}
