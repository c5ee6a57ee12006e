import { createClient } from '../../client/src/index.ts'
import { PASSWORD } from './loggia.ts'

type ClientOptions = Parameters<typeof createClient>[0]

/** A new person's client, and how often it asked for what. */
export async function clientOf(address: string, username: string, options: ClientOptions = {}) {
  const asked: string[] = []
  const countingFetch: typeof fetch = (url, init) => {
    asked.push(`${init?.method} ${new URL(String(url)).pathname}`)
    return (options.fetch ?? fetch)(url, init)
  }
  const client = createClient({ address, ...options, fetch: countingFetch })
  const tokens = await client.call('POST /api/v1/auth/register', { body: { username, password: PASSWORD } })
  await client.begin(tokens)
  return { client, tokens, timesAsked: (what: string) => asked.filter((call) => call === what).length }
}
