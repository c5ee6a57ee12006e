import pg from 'pg'

/** Of one process. PostgreSQL takes 100 unless told otherwise, and several processes share them. */
const CONNECTIONS_MAX = 20
/** Also how long a query waits for a free connection. */
const CONNECT_TIMEOUT_MS = 3_000
const STATEMENT_TIMEOUT_MS = 30_000
/** The server should break off first, and say so; this is for one that says nothing any more. */
const ANSWER_TIMEOUT_MS = 32_000
/** Row locks of a process that was cut off go with its connection; the server may not notice that for hours. */
const IDLE_IN_CHANGE_MAX_MS = 60_000
const KEEP_ALIVE_MS = 10_000

interface Options {
  url: string
  settings: pg.ClientConfig
  onError: (error: unknown) => void
}

export function createPool({ url, settings, onError }: Options): pg.Pool {
  const pool = new pg.Pool({
    ...settings,
    ...connectionOptions(url),
    max: CONNECTIONS_MAX,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: ANSWER_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_CHANGE_MAX_MS,
    onConnect: refuseStandby,
  })
  pool.on('error', onError)
  // Whoever uses a connection sees its queries fail; without a listener the loss itself would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/** After a failover an address may lead to the old primary for a while: it must not answer with what was. */
async function refuseStandby(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ standby: boolean }>('select pg_is_in_recovery() as standby')
  if (rows[0]?.standby) throw new Error(STANDBY)
}

export const STANDBY = 'it is a standby, which takes no changes'

/** A connection outside of the pool, on which a statement may take its time. */
export async function connectAlone(url: string): Promise<pg.Client> {
  const client = new pg.Client(connectionOptions(url))
  client.on('error', () => {})
  await client.connect()
  return client
}

function connectionOptions(url: string) {
  return {
    connectionString: url,
    fallback_application_name: 'loggia',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    pipeline: true,
    types: { getTypeParser },
  }
}

const { INT8, NUMERIC } = pg.types.builtins

/** Ids, times and counts stay below 2^53; a sum of them is `numeric`. */
function getTypeParser(oid: number, format?: 'text' | 'binary') {
  if (oid === INT8 || oid === NUMERIC) return Number
  return pg.types.getTypeParser(oid, format)
}
