import type { Insertable, Selectable } from 'kysely'
import { type Clock, toTimestamp } from '../../kit/clock.ts'
import { conflict, notFound } from '../../kit/errors.ts'
import { inTablesOf, type Transaction, type TransactionOf } from '../../platform/database/index.ts'
import { assertDistinct, emailKey, keysOf, nameKey, toConflict } from './keys.ts'
import type { StatsPatch, User } from './schemas.ts'
import type { UserTables } from './tables.ts'

export type UserRow = Selectable<UserTables['users']>

/** What the rooms that deal with somebody's account need to know of them. */
export interface Person {
  id: number
  username: string
  email: string | null
  role: 'user' | 'admin'
  locale: string
  disabled: boolean
  /** As they see themselves. */
  profile: User
}

export interface NewPerson {
  username: string
  email: string | null
  given_name?: string | null
  family_name?: string | null
  gender: string | null
  role: 'user' | 'admin'
  locale: string
  /** Statistics brought along; the others begin at 0. */
  stats?: StatsPatch
}

/** People by name, address or id, for the rooms beside; each call joins the transaction or connection that it is given. */
export function createPeople({ clock }: { clock: Clock }) {
  return {
    /** Throws `username_taken` or `email_taken`. */
    async create(tx: Transaction, person: NewPerson): Promise<Person> {
      const { username, email, given_name = null, family_name = null, gender, role, locale, stats } = person
      const times = { created_at: clock(), updated_at: clock() }
      const unset = { email_verified_at: null, profile_pic: null, disabled_at: null }
      const row = {
        username,
        email,
        given_name,
        family_name,
        gender,
        role,
        locale,
        ...keysOf(person),
        ...unset,
        ...times,
      }
      const id = await insert(inTablesOf<UserTables>(tx), row)
      await inTablesOf<UserTables>(tx)
        .insertInto('user_stats')
        .values({ user_id: id, ...NO_STATS, ...stats })
        .execute()
      return toPerson({ id, ...row })
    },
    byId: (sql: Transaction, id: number) => find(sql, 'id', id),
    byEmail: (sql: Transaction, email: string) => find(sql, 'email_key', emailKey(email)),
    /** By what a person types at sign-in: the username, else the e-mail address. */
    async byLogin(sql: Transaction, login: string): Promise<Person | undefined> {
      return (await find(sql, 'username_key', nameKey(login))) ?? find(sql, 'email_key', emailKey(login))
    },
    /** Of those who have an account that was not disabled. */
    async rolesOf(sql: Transaction, ids: number[]): Promise<Map<number, Person['role']>> {
      if (ids.length === 0) return new Map()
      const able = inTablesOf<UserTables>(sql).selectFrom('users').where('disabled_at', 'is', null)
      const rows = await able.where('id', 'in', ids).select(['id', 'role']).execute()
      return new Map(rows.map(({ id, role }) => [id, role]))
    },
    /** What is the same for everything that may be typed for one person's name or address. */
    loginKey: nameKey,
    /** As a document presents them; throws when they are gone. */
    async portrait(sql: Transaction, id: number) {
      const { locale, profile } = await found(sql, id)
      const { username, email = null, gender, role, created_at } = profile
      return {
        locale,
        generated_for: { username, email, gender, role, member_since: created_at.slice(0, 10) },
      }
    },
    async signature(sql: Transaction, id: number) {
      const { locale, username } = await found(sql, id)
      return { locale, author: username }
    },
    /** Only the address that was written to is confirmed, not one set since. */
    async confirmEmail(tx: Transaction, id: number, email: string): Promise<boolean> {
      const owner = inTablesOf<UserTables>(tx).updateTable('users').where('id', '=', id)
      const confirmed = owner.where('email_key', '=', emailKey(email)).set({ email_verified_at: clock() })
      return (await confirmed.executeTakeFirst()).numUpdatedRows > 0n
    },
    /** Somebody whose address is known to be theirs. */
    reachable,
    /** Throws `email_unconfirmed`. */
    async assertReachable(sql: Transaction, id: number): Promise<void> {
      const sentence = 'Confirm your e-mail address first, so that a mail can reach you.'
      if ((await reachable(sql, id)) === undefined) throw conflict('email_unconfirmed', sentence)
    },
    async anyAdmin(sql: Transaction): Promise<boolean> {
      const admin = inTablesOf<UserTables>(sql)
        .selectFrom('users')
        .where('role', '=', 'admin')
        .select('id')
        .limit(1)
      return (await admin.executeTakeFirst()) !== undefined
    },
  }
}

export type People = ReturnType<typeof createPeople>

const NO_STATS = { session_count: 0, victory_count: 0, loss_count: 0, total_time: 0 }

async function insert(tx: TransactionOf<UserTables>, row: Insertable<UserTables['users']>): Promise<number> {
  await assertDistinct(tx, { username_key: row.username_key, email_key: row.email_key ?? null })
  try {
    return (await tx.insertInto('users').values(row).returning('id').executeTakeFirstOrThrow()).id
  } catch (error) {
    throw toConflict(error)
  }
}

async function find(sql: Transaction, column: 'id' | 'email_key' | 'username_key', value: number | string) {
  const row = await inTablesOf<UserTables>(sql)
    .selectFrom('users')
    .where(column, '=', value)
    .selectAll()
    .executeTakeFirst()
  return row && toPerson(row)
}

async function reachable(sql: Transaction, id: number): Promise<Person | undefined> {
  const person = await find(sql, 'id', id)
  return person?.profile.email_verified && !person.disabled ? person : undefined
}

async function found(sql: Transaction, id: number): Promise<Person> {
  const person = await find(sql, 'id', id)
  if (person === undefined) throw notFound('user')
  return person
}

function toPerson(row: UserRow): Person {
  const { id, username, email, role, locale, disabled_at } = row
  return { id, username, email, role, locale, disabled: disabled_at !== null, profile: present(row, 'owner') }
}

/** Real names and e-mail addresses are visible to their owner and to administrators. */
export function present(row: UserRow, to: 'anyone' | 'owner' | 'admin'): User {
  const { id, username, gender, profile_pic, role, created_at } = row
  const self = `/api/v1/users/${id}`
  const shown = {
    id,
    username,
    gender,
    profile_pic: profile_pic === null ? null : `${self}/picture`,
    role,
    created_at: toTimestamp(created_at),
    self,
    stats: `${self}/stats`,
  }
  if (to === 'anyone') return shown
  const { given_name, family_name, email, email_verified_at } = row
  const personal = { ...shown, given_name, family_name, email, email_verified: email_verified_at !== null }
  return to === 'owner' ? personal : { ...personal, disabled: row.disabled_at !== null }
}
