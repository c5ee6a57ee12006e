import type { Transaction } from '../../platform/database/index.ts'

/** Who has an account, as this room needs to know them. */
export interface Person {
  id: number
  username: string
  email: string | null
  role: 'user' | 'admin'
  locale: string
  disabled: boolean
  /** What is answered as `user`; not looked into. */
  profile: unknown
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
  stats?: Record<string, number>
}

/** What this room asks of the room of users; each call joins the transaction or connection that it is given. */
export interface People {
  /** Throws a conflict when the name or the address is taken. */
  create(tx: Transaction, person: NewPerson): Promise<Person>
  byId(sql: Transaction, id: number): Promise<Person | undefined>
  byEmail(sql: Transaction, email: string): Promise<Person | undefined>
  byLogin(sql: Transaction, login: string): Promise<Person | undefined>
  /** Of those who have an account that was not disabled. */
  rolesOf(sql: Transaction, ids: number[]): Promise<Map<number, Person['role']>>
  /** What is the same for everything that may be typed for one person's name or address. */
  loginKey(login: string): string
  confirmEmail(tx: Transaction, id: number, email: string): Promise<boolean>
  anyAdmin(sql: Transaction): Promise<boolean>
}
