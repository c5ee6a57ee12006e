import { AsyncLocalStorage } from 'node:async_hooks'
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  randomBytes,
  sign as signWith,
} from 'node:crypto'
import type { Clock } from '../../kit/clock.ts'
import { type Database, type TransactionOf, tablesOf } from '../../platform/database/index.ts'
import type { AccountTables } from './tables.ts'

type Jwk = Record<string, string>

export interface SigningKey {
  kid: string
  algorithm: 'EdDSA' | 'HS256'
  /** base64url. On the event loop: it takes less than the way to a thread and back. */
  sign: (text: string) => string
  verify: KeyObject
  /** What the JWKS shows; `null` for a shared secret. */
  publicJwk: Jwk | null
}

export interface SigningKeys {
  current(purpose: Purpose): Promise<SigningKey>
  /** `undefined` for a key that is not ours. Looks anew for one that another process may have made. */
  find(purpose: Purpose, kid: string): Promise<SigningKey | undefined>
  published(): Promise<Jwk[]>
  rotate(): Promise<void>
}

type Purpose = 'access' | 'refresh'

interface Options {
  db: Database
  clock: Clock
  /** Signs access tokens instead of the kept keys. */
  jwtSecret: string | undefined
  signingKeySeconds: number
  /** A retired key still verifies until the last token that it signed has run out. */
  sessionSeconds: number
}

/** How long this process may go on with the keys that it has read. */
const REREAD_MS = 60_000
/** An unknown `kid` makes us look anew, but not as often as a stranger likes. */
const REREAD_UNKNOWN_MS = 1_000

/** The request that first finds a key missing is not whose doing the new one is: no record of its own may go with it. */
const outsideOfRequests = AsyncLocalStorage.snapshot()

/** Access tokens are signed with Ed25519, so that other services can check them; refresh tokens are for us alone: HMAC. */
export function createSigningKeys(options: Options): SigningKeys {
  const { clock, jwtSecret } = options
  const db = tablesOf<AccountTables>(options.db)
  const shared = jwtSecret === undefined ? null : fromSecret(jwtSecret)
  let loaded: Promise<Loaded[]> | undefined
  let loadedAt = 0
  let renewal: Promise<void> | null = null

  function keys(maxAgeMs: number): Promise<Loaded[]> {
    // A clock that was set back must not make what was read look new for as long.
    if (loaded === undefined || Math.abs(clock() - loadedAt) > maxAgeMs) {
      loadedAt = clock()
      loaded = load(db, options)
      loaded.catch(() => {
        loaded = undefined
      })
    }
    return loaded
  }

  const ofPurpose = async (purpose: Purpose, maxAgeMs = REREAD_MS) =>
    (await keys(maxAgeMs)).filter((key) => key.purpose === purpose)

  async function current(purpose: Purpose): Promise<SigningKey> {
    if (purpose === 'access' && shared !== null) return shared
    const newest = (await ofPurpose(purpose)).at(-1)
    if (newest && !isOld(newest.createdAt, options)) return newest
    renewal ??= outsideOfRequests(renew).finally(() => {
      renewal = null
    })
    await renewal
    return (await ofPurpose(purpose)).at(-1) as Loaded
  }

  /** Everybody finds the key too old in the same moment, in every process: one of them replaces it. */
  async function renew(): Promise<void> {
    await db.write(async (tx) => {
      const created = tx.selectFrom('signing_keys').select((of) => of.fn.max('created_at').as('newest'))
      const { newest } = await created.executeTakeFirstOrThrow()
      if (newest === null || isOld(newest, options)) await insertNew(tx, options)
    })
    loaded = undefined
  }

  return {
    current,
    async find(purpose, kid) {
      if (purpose === 'access' && shared !== null) return shared
      const find = (known: Loaded[]) => known.find((key) => key.kid === kid)
      return find(await ofPurpose(purpose)) ?? find(await ofPurpose(purpose, REREAD_UNKNOWN_MS))
    },
    async published() {
      if (shared !== null) return []
      await current('access')
      return (await ofPurpose('access')).flatMap(({ publicJwk }) => (publicJwk ? [publicJwk] : []))
    },
    async rotate() {
      await db.write((tx) => insertNew(tx, options))
      loaded = undefined
    },
  }
}

interface Loaded extends SigningKey {
  purpose: Purpose
  createdAt: number
}

async function load(
  db: Database<AccountTables>,
  { clock, signingKeySeconds, sessionSeconds }: Options,
): Promise<Loaded[]> {
  const oldest = clock() - (signingKeySeconds + sessionSeconds) * 1000
  const kept = db.read.selectFrom('signing_keys').where('created_at', '>', oldest)
  const rows = await kept.selectAll().orderBy('created_at').orderBy('kid').execute()
  return rows.map(({ kid, purpose, jwk, created_at }) => {
    const secret = JSON.parse(jwk) as Jwk
    const key =
      secret['kty'] === 'oct' ? hmacKey(Buffer.from(secret['k'] ?? '', 'base64url')) : ed25519Key(kid, secret)
    return { kid, purpose, createdAt: created_at, ...key }
  })
}

/** Key objects rather than bytes: the JWT library imports each only once. */
function hmacKey(bytes: Uint8Array) {
  const secret = createSecretKey(bytes)
  const sign = (text: string) => createHmac('sha256', secret).update(text).digest('base64url')
  return { algorithm: 'HS256' as const, sign, verify: secret, publicJwk: null }
}

function ed25519Key(kid: string, secret: Jwk) {
  const privateKey = createPrivateKey({ key: secret, format: 'jwk' })
  const sign = (text: string) => signWith(null, Buffer.from(text), privateKey).toString('base64url')
  const { d: _, ...shown } = secret
  const publicJwk = { ...shown, kid, alg: 'EdDSA', use: 'sig' }
  return { algorithm: 'EdDSA' as const, sign, verify: createPublicKey(privateKey), publicJwk }
}

function isOld(createdAt: number, { clock, signingKeySeconds }: Options): boolean {
  return clock() - createdAt > signingKeySeconds * 1000
}

async function insertNew(tx: TransactionOf<AccountTables>, options: Options): Promise<void> {
  const created_at = options.clock()
  for (const made of [generateEd25519(), generateHmac()]) {
    await tx
      .insertInto('signing_keys')
      .values({ ...made, created_at })
      .execute()
  }
  await forgetRetired(tx, options)
}

async function forgetRetired(
  tx: TransactionOf<AccountTables>,
  { clock, signingKeySeconds, sessionSeconds }: Options,
) {
  const oldest = clock() - (signingKeySeconds + sessionSeconds) * 1000
  await tx.deleteFrom('signing_keys').where('created_at', '<=', oldest).execute()
}

function generateEd25519() {
  const {
    kty = '',
    crv = '',
    x = '',
    d = '',
  } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  // The thumbprint of RFC 7638, whose members stand in this order.
  const kid = hash('sha256', JSON.stringify({ crv, kty, x }), 'base64url')
  return { kid, purpose: 'access' as const, jwk: JSON.stringify({ kty, crv, x, d }) }
}

function generateHmac() {
  const jwk = { kty: 'oct', k: randomBytes(32).toString('base64url') }
  return { kid: randomBytes(9).toString('base64url'), purpose: 'refresh' as const, jwk: JSON.stringify(jwk) }
}

function fromSecret(secret: string): SigningKey {
  return { kid: 'secret', ...hmacKey(new TextEncoder().encode(secret)) }
}
