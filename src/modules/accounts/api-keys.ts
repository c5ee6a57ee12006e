import { randomBytes } from 'node:crypto'
import type { Insertable, Selectable } from 'kysely'
import type { Caller } from '../../http/access.ts'
import { type Clock, toTimestamp, toTimestampOrNull } from '../../kit/clock.ts'
import { invalid, notFound } from '../../kit/errors.ts'
import {
  afterCommit,
  type Database,
  isForeignKeyViolation,
  type TransactionOf,
  tablesOf,
} from '../../platform/database/index.ts'
import type { ApiKey, NewApiKey } from './schemas.ts'
import { roleFor, type ScopeRules } from './scopes.ts'
import { hashSecret, matchesHash } from './secrets.ts'
import type { AccountTables } from './tables.ts'

interface Options {
  db: Database
  clock: Clock
  scopes: ScopeRules
  onRevoked: () => void
}

const PREFIX = 'lgk_'
/** `last_used_at` tells dead keys from living ones; to the hour is enough, and costs one write an hour. */
const LAST_USED_STEP_MS = 3_600_000

/** API keys for devices and services: scoped, kept as hashes, shown once. */
export function createApiKeys(options: Options) {
  const { clock, scopes: rules, onRevoked } = options
  const db = tablesOf<AccountTables>(options.db)

  return {
    async create(caller: Caller, { name, scopes }: NewApiKey): Promise<ApiKey & { key: string }> {
      assertGrantable(rules, caller, scopes)
      const secret = randomBytes(24).toString('base64url')
      const row = {
        user_id: caller.userId,
        name,
        secret_hash: hashSecret(secret),
        created_at: clock(),
        last_used_at: null,
      }
      return db.write(async (tx) => {
        const values = { ...row, scopes: JSON.stringify(scopes) }
        const made = await insert(tx, values)
        return { ...present(made), key: `${PREFIX}${made.id}_${secret}` }
      })
    },

    async list(caller: Caller): Promise<{ items: ApiKey[] }> {
      const own = db.read.selectFrom('api_keys').where('user_id', '=', caller.userId)
      return { items: (await own.selectAll().orderBy('id').execute()).map(present) }
    },

    async revoke(caller: Caller, id: number): Promise<void> {
      await db.write(async (tx) => {
        const own = tx.deleteFrom('api_keys').where('id', '=', id).where('user_id', '=', caller.userId)
        if ((await own.executeTakeFirst()).numDeletedRows === 0n) throw notFound('api_key')
        afterCommit(tx, onRevoked)
      })
    },

    /** The key's owner and scopes; `undefined` when there is no such key. */
    async find(credential: string): Promise<{ userId: number; scopes: string[] } | undefined> {
      const [, id, secret = ''] = /^lgk_(\d{1,15})_([\w-]+)$/.exec(credential) ?? []
      if (id === undefined) return undefined
      const row = await db.read
        .selectFrom('api_keys')
        .where('id', '=', Number(id))
        .selectAll()
        .executeTakeFirst()
      if (row === undefined || !matchesHash(secret, row.secret_hash)) return undefined
      await noteUse(db, row, clock())
      return { userId: row.user_id, scopes: JSON.parse(row.scopes) as string[] }
    },

    /** A demoted administrator's keys lose what only an administrator may hand out. */
    usable: (scopes: string[], role: 'user' | 'admin') =>
      scopes.filter((scope) => mayGrant(rules, role, scope)),
  }
}

export type ApiKeys = ReturnType<typeof createApiKeys>

export function isApiKey(credential: string): boolean {
  return credential.startsWith(PREFIX)
}

async function insert(
  tx: TransactionOf<AccountTables>,
  values: Insertable<AccountTables['api_keys']>,
): Promise<Selectable<AccountTables['api_keys']>> {
  try {
    return await tx.insertInto('api_keys').values(values).returningAll().executeTakeFirstOrThrow()
  } catch (error) {
    throw isForeignKeyViolation(error) ? notFound('user') : error
  }
}

function assertGrantable(rules: ScopeRules, caller: Caller, scopes: string[]): void {
  const errors = scopes.flatMap((scope, index) => {
    const pointer = `/scopes/${index}`
    if (roleFor(rules, scope) === undefined)
      return [{ pointer, detail: `must be one of ${Object.keys(rules).join(', ')}` }]
    return mayGrant(rules, caller.role, scope)
      ? []
      : [{ pointer, detail: 'only an administrator may hand this out' }]
  })
  if (errors.length > 0) throw invalid(errors)
}

function mayGrant(rules: ScopeRules, role: 'user' | 'admin', scope: string): boolean {
  const needed = roleFor(rules, scope)
  return needed === 'user' || (needed === 'admin' && role === 'admin')
}

async function noteUse(db: Database<AccountTables>, row: Selectable<AccountTables['api_keys']>, now: number) {
  if (row.last_used_at !== null && now - row.last_used_at < LAST_USED_STEP_MS) return
  await db.write((tx) =>
    tx.updateTable('api_keys').where('id', '=', row.id).set({ last_used_at: now }).execute(),
  )
}

function present({
  id,
  name,
  scopes,
  created_at,
  last_used_at,
}: Selectable<AccountTables['api_keys']>): ApiKey {
  return {
    id,
    name,
    scopes: JSON.parse(scopes) as string[],
    created_at: toTimestamp(created_at),
    last_used_at: toTimestampOrNull(last_used_at),
  }
}
