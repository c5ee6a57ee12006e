import { Problem } from './problem.ts'
import type { TokenStore, Tokens } from './tokens.ts'

interface Options {
  store: TokenStore
  /** Asks the server for the next tokens. */
  exchange: (refreshToken: string) => Promise<Tokens>
  /** The server has ended the session; its tokens are forgotten already. */
  onEnded: ((problem: Problem) => void) | undefined
}

/**
 * The tokens of who is signed in. Refresh tokens rotate, and one that is used twice ends its session, so they are renewed by one
 * at a time: by one promise within a client, and under a Web Lock across tabs. Who comes second finds the new ones.
 */
export function createSession({ store, exchange, onEnded }: Options) {
  const exclusively = exclusivelyFor(store.lockName)
  let renewal: Promise<string | null> | null = null

  async function renewOnce(outdated: string): Promise<string | null> {
    const tokens = await store.load()
    if (tokens === null) return null
    if (tokens.access_token !== outdated) return tokens.access_token
    try {
      const { access_token, refresh_token } = await exchange(tokens.refresh_token)
      await store.save({ access_token, refresh_token })
      return access_token
    } catch (error) {
      if (error instanceof Problem && error.status === 401) {
        await store.save(null)
        onEnded?.(error)
      }
      throw error
    }
  }

  return {
    async accessToken(): Promise<string | null> {
      return (await store.load())?.access_token ?? null
    },

    /** Another access token in place of one that is no longer good; null when nobody is signed in. Throws what the exchange throws. */
    renew(outdated: string): Promise<string | null> {
      renewal ??= exclusively(() => renewOnce(outdated)).finally(() => {
        renewal = null
      })
      return renewal
    },

    /** Waits for a renewal that is under way, so that it cannot bring back what was replaced. */
    replace(tokens: Tokens | null): Promise<void> {
      return exclusively(async () => {
        await store.save(tokens && { access_token: tokens.access_token, refresh_token: tokens.refresh_token })
      })
    },
  }
}

type Exclusively = <Result>(work: () => Promise<Result>) => Promise<Result>

function exclusivelyFor(lockName: string | undefined): Exclusively {
  const locks = globalThis.navigator?.locks
  if (lockName !== undefined && locks !== undefined) {
    return async (work) => await locks.request(lockName, work)
  }
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
}
