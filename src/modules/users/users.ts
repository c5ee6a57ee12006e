import { sql } from 'kysely'
import type { Caller } from '../../http/access.ts'
import { type Clock, laterThan } from '../../kit/clock.ts'
import { conflict, forbidden, notFound } from '../../kit/errors.ts'
import { assertMatch } from '../../kit/etag.ts'
import { decodeCursor, type Page, toPage } from '../../kit/page.ts'
import {
  afterCommit,
  type Database,
  type Transaction,
  type TransactionOf,
  tablesOf,
} from '../../platform/database/index.ts'
import type { FileRemovals } from '../../platform/files/index.ts'
import { assertDistinct, keysOf, toConflict } from './keys.ts'
import { present, type UserRow } from './people.ts'
import type { User, UserPatch } from './schemas.ts'
import type { UserTables } from './tables.ts'

export interface UsersOptions {
  db: Database
  clock: Clock
  removals: FileRemovals
  /** Whatever was remembered about anybody's rights is to be looked up again. */
  onRightsChanged: () => void
  /** In the deleting transaction, before the rows of every room go with the user's. */
  onDeleting: (tx: Transaction, userId: number) => Promise<void>
}

export function createUsers(options: UsersOptions) {
  const { clock, removals, onRightsChanged, onDeleting } = options
  const db = tablesOf<UserTables>(options.db)

  return {
    /** `null`: somebody who is not signed in. */
    async list(caller: Caller | null, query: { limit: number; cursor?: string }): Promise<Page<User>> {
      const [afterId] = query.cursor === undefined ? [0] : decodeCursor(query.cursor, ['number'])
      const rows = await db.read
        .selectFrom('users')
        .where('id', '>', afterId as number)
        .orderBy('id')
        .limit(query.limit + 1)
        .selectAll()
        .execute()
      return toPage(
        rows,
        query.limit,
        (row) => present(row, audience(caller, row.id)),
        (row) => [row.id],
      )
    },

    async get(caller: Caller | null, id: number): Promise<User> {
      return present(await rowOf(db.read, id), audience(caller, id))
    },

    /** By name, as administrators look for somebody. */
    async listByName(page: { skip: number; limit: number }): Promise<User[]> {
      const named = (column: 'given_name' | 'family_name') => sql`coalesce(${sql.ref(column)}, '')`
      const byName = db.read.selectFrom('users').orderBy(named('given_name')).orderBy(named('family_name'))
      const rows = await byName.orderBy('id').offset(page.skip).limit(page.limit).selectAll().execute()
      return rows.map((row) => present(row, 'admin'))
    },

    /**
     * `along`: what else of the user changes, all of it or nothing.
     * Throws `not_yours`, `role_missing`, `username_taken`, `email_taken`, `last_admin`, `precondition_failed`.
     */
    async update(
      caller: Caller,
      id: number,
      patch: UserPatch,
      { ifMatch, along }: { ifMatch?: string | undefined; along?: (tx: Transaction) => Promise<void> } = {},
    ): Promise<User> {
      assertMayWrite(caller, id)
      if (caller.role !== 'admin' && (patch.role !== undefined || patch.disabled !== undefined)) {
        throw forbidden('role_missing', 'Only an administrator may change a role or disable an account.')
      }
      return db.write(async (tx) => {
        const row = await rowOf(tx, id)
        assertMatch(ifMatch, present(row, audience(caller, id)))
        const changed = withPatch(row, patch, clock())
        await save(tx, changed)
        await along?.(tx)
        if (isAbleAdmin(row) && !isAbleAdmin(changed)) await assertAdminRemains(tx)
        if (speaksOtherwise(row, changed)) afterCommit(tx, onRightsChanged)
        return present(changed, audience(caller, id))
      })
    },

    /** Everything of the user in every room goes in the same transaction. */
    async remove(caller: Caller, id: number, ifMatch?: string): Promise<void> {
      assertMayWrite(caller, id)
      await db.write(async (tx) => {
        const row = await rowOf(tx, id)
        assertMatch(ifMatch, present(row, audience(caller, id)))
        await onDeleting(tx, id)
        if (row.profile_pic !== null) await removals.enqueue(tx, row.profile_pic)
        await tx.deleteFrom('users').where('id', '=', id).execute()
        if (isAbleAdmin(row)) await assertAdminRemains(tx)
        afterCommit(tx, onRightsChanged)
      })
    },
  }
}

export type Users = ReturnType<typeof createUsers>

function audience(caller: Caller | null, id: number): 'anyone' | 'owner' | 'admin' {
  if (caller?.role === 'admin') return 'admin'
  return caller?.userId === id ? 'owner' : 'anyone'
}

/** Profiles can be read by all who are signed in, so it is no secret that this one exists. */
export function assertMayWrite(caller: Caller, id: number): void {
  if (caller.role !== 'admin' && caller.userId !== id)
    throw forbidden('not_yours', 'Only its owner may do that.')
}

export async function rowOf(sql: TransactionOf<UserTables>, id: number): Promise<UserRow> {
  const row = await sql.selectFrom('users').where('id', '=', id).selectAll().executeTakeFirst()
  if (row === undefined) throw notFound('user')
  return row
}

function withPatch(row: UserRow, patch: UserPatch, now: number): UserRow {
  const {
    username = row.username,
    email = row.email,
    given_name = row.given_name,
    family_name = row.family_name,
    gender = row.gender,
    locale = row.locale,
    role = row.role,
  } = patch
  const keys = keysOf({ username, email })
  return {
    ...row,
    username,
    email,
    ...keys,
    email_verified_at: keys.email_key === row.email_key ? row.email_verified_at : null,
    given_name,
    family_name,
    gender,
    locale,
    role,
    disabled_at:
      patch.disabled === undefined ? row.disabled_at : patch.disabled ? (row.disabled_at ?? now) : null,
    updated_at: laterThan(row.updated_at, now),
  }
}

/** But the picture, which may have been replaced meanwhile. */
async function save(tx: TransactionOf<UserTables>, row: UserRow): Promise<void> {
  const { id, profile_pic: _, ...columns } = row
  await assertDistinct(tx, columns, id)
  try {
    await tx.updateTable('users').where('id', '=', id).set(columns).execute()
  } catch (error) {
    throw toConflict(error)
  }
}

/** Would a token of theirs stand for somebody else than before? */
function speaksOtherwise(before: UserRow, after: UserRow): boolean {
  return (['username', 'role', 'disabled_at'] as const).some((column) => before[column] !== after[column])
}

function isAbleAdmin({ role, disabled_at }: UserRow): boolean {
  return role === 'admin' && disabled_at === null
}

/** A server without an administrator could not be given one by anybody who uses it. */
async function assertAdminRemains(tx: TransactionOf<UserTables>): Promise<void> {
  const able = tx
    .selectFrom('users')
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .select('id')
    .limit(1)
  if ((await able.executeTakeFirst()) === undefined) {
    throw conflict('last_admin', 'This is the last administrator. Make another one first.')
  }
}
