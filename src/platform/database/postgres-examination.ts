import { connectAlone } from './postgres-pool.ts'

export interface PostgresFacts {
  version: string
  encoding: string
  fsync: string
  full_page_writes: string
  synchronous_commit: string
  max_connections: number
  read_only: boolean
  /** By how much its clock is ahead of ours, give or take half of the round trip. */
  aheadMs: number
}

/** Throws what the server or the network says. */
export async function examinePostgres(url: string): Promise<PostgresFacts> {
  const client = await connectAlone(url)
  try {
    const settings = ['fsync', 'full_page_writes', 'synchronous_commit'].map(
      (name) => `current_setting('${name}') as ${name}`,
    )
    const query = `select current_setting('server_version') as version, current_setting('server_encoding') as encoding,
      current_setting('max_connections')::int as max_connections, pg_is_in_recovery() as read_only, ${settings.join(', ')}`
    const [facts] = (await client.query(query)).rows as Omit<PostgresFacts, 'aheadMs'>[]
    const begun = Date.now()
    const clock = 'select extract(epoch from clock_timestamp()) * 1000 as now'
    const [time] = (await client.query<{ now: number }>(clock)).rows
    const middle = (begun + Date.now()) / 2
    return { ...(facts as Omit<PostgresFacts, 'aheadMs'>), aheadMs: Number(time?.now) - middle }
  } finally {
    await client.end()
  }
}
