import type { Config } from '../../config.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Cache } from '../../platform/cache/index.ts'
import type { Database, Transaction } from '../../platform/database/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import { createAccounts } from './accounts.ts'
import { createApiKeys } from './api-keys.ts'
import { createCallers } from './callers.ts'
import { createEmailConfirmation } from './confirmation.ts'
import { createCredentials } from './credentials.ts'
import { createLoginThrottle } from './login-throttle.ts'
import { createOneTimeTokens, type IssuedToken } from './one-time-tokens.ts'
import { createPasswords } from './passwords.ts'
import type { People, Person } from './people.ts'
import { createRecovery } from './recovery.ts'
import { createRegistration } from './registration.ts'
import { createRotation } from './rotation.ts'
import type { ScopeRules } from './scopes.ts'
import { createSessions } from './sessions.ts'
import { createSigningKeys } from './signing-keys.ts'
import { createTokens } from './tokens.ts'

export interface AccountsOptions {
  config: Pick<
    Config,
    'jwtSecret' | 'jwtIssuer' | 'jwtAudience' | 'accessTokenSeconds' | 'sessionSeconds' | 'signingKeySeconds'
  >
  db: Database
  cache: Cache
  bus: Bus
  jobs: Jobs
  clock: Clock
  people: People
  scopes: ScopeRules
  /** The best of our languages for what somebody prefers. */
  pickLocale: (preferred: string | undefined) => string
  onRegistered: (tx: Transaction, person: Person, verification: IssuedToken | null) => Promise<void>
  onResetRequested: (tx: Transaction, person: Person, reset: IssuedToken) => Promise<void>
}

export function openAccounts(options: AccountsOptions) {
  const { db, cache, bus, clock, config, people, scopes } = options
  const keys = createSigningKeys({ db, clock, ...config, jwtSecret: config.jwtSecret })
  const tokens = createTokens({ keys, clock, issuer: config.jwtIssuer, audience: config.jwtAudience })
  const onRevoked = () => callers.recheck()
  const sessions = createSessions({ db, clock, sessionSeconds: config.sessionSeconds, onRevoked })
  const apiKeys = createApiKeys({ db, clock, scopes, onRevoked })
  const callers = createCallers({ db, bus, clock, people, sessions, tokens, apiKeys })

  const passwords = createPasswords()
  const credentials = createCredentials({ db, clock, passwords })
  const oneTimeTokens = createOneTimeTokens({ clock })
  const throttle = createLoginThrottle(cache)
  const rotate = createRotation({ db, clock, tokens, sessionSeconds: config.sessionSeconds, onRevoked })
  const confirmation = createEmailConfirmation({ ...options, oneTimeTokens })
  const shared = {
    ...options,
    confirmation,
    passwords,
    credentials,
    sessions,
    oneTimeTokens,
    tokens,
    ...config,
  }
  return {
    accounts: createAccounts({ ...shared, rotate, throttle }),
    registration: createRegistration(shared),
    confirmation,
    recovery: createRecovery(shared),
    sessions,
    apiKeys,
    keys,
    callers,
    pickLocale: options.pickLocale,
  }
}

export type AccountsRoom = ReturnType<typeof openAccounts>
