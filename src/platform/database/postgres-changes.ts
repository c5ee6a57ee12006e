import { setTimeout as pause } from 'node:timers/promises'
import { Kysely } from 'kysely'
import type { ClientBase } from 'pg'
import { collectEffects, runEffects } from './after-commit.ts'
import type { Change, Isolation, NoTables, TransactionOf } from './index.ts'
import { pgDialect } from './postgres-dialect.ts'
import { isConflict, isReadOnly, isRefusal, translate, unavailable } from './postgres-errors.ts'
import { createTurns } from './turns.ts'

const BEGIN: Record<Isolation, string> = {
  serial: 'begin isolation level serializable',
  row_locks: 'begin isolation level read committed',
}

/** Here repeats take turns, so what still gets in the way comes from other processes, and gives way at random. */
const TRIES_MAX = 20
const PAUSE_MAX_MS = 20

interface Options {
  acquire: () => Promise<ClientBase>
  /** `isClean`: good for another transaction. */
  release: (client: ClientBase, isClean: boolean) => void
  onError: (error: unknown) => void
}

/**
 * Changes as transactions of PostgreSQL. One that another got in the way of is run again: in this process one at a time, and
 * while one repeats no new one begins, so that the second or third try gets through however many there are.
 */
export function createChanges({ acquire, release, onError }: Options) {
  const turns = createTurns()

  async function write<Result>(
    change: Change<NoTables, Result>,
    isolation: Isolation = 'serial',
  ): Promise<Result> {
    if (isolation === 'serial') await turns.untilFree()
    try {
      return await attempt(change, BEGIN[isolation])
    } catch (error) {
      if (!(error instanceof Conflict)) throw error
    }
    return turns.take(() => repeat(change, BEGIN[isolation]))
  }

  async function repeat<Result>(change: Change<NoTables, Result>, begin: string): Promise<Result> {
    for (let tries = 2; ; tries += 1) {
      try {
        return await attempt(change, begin)
      } catch (error) {
        if (!(error instanceof Conflict)) throw error
        if (tries === TRIES_MAX) throw unavailable('Too many change this at once. Try again.', error.cause)
        await pause(Math.random() * PAUSE_MAX_MS)
      }
    }
  }

  /** Throws a Conflict when it may be run again. */
  async function attempt<Result>(change: Change<NoTables, Result>, begin: string): Promise<Result> {
    const client = await acquire()
    let isClean = false
    try {
      const { result, effects } = await runOn(client, change, begin)
      isClean = true
      runEffects(effects, onError)
      return result
    } catch (error) {
      isClean = (await rollBack(client)) && !isReadOnly(error)
      throw error
    } finally {
      release(client, isClean)
    }
  }

  return { write }
}

class Conflict extends Error {}

/** From `begin` to the commit. */
async function runOn<Result>(client: ClientBase, change: Change<NoTables, Result>, begin: string) {
  const { tx, failure } = transactionOn(client)
  const effects = collectEffects(tx)
  try {
    const begun = client.query(begin)
    // Not waited for: the first statement is sent right behind it.
    begun.catch(() => {})
    const result = await change(tx)
    await begun.catch(failed)
    if (failure() !== undefined) failed(failure())
    await commit(client)
    return { result, effects }
  } catch (error) {
    const first = failure() ?? error
    throw isConflict(first) ? new Conflict('Another change got in the way.', { cause: first }) : error
  }
}

function failed(error: unknown): never {
  throw translate(error)
}

/** One Kysely for one transaction, with the first of its statements that failed. */
function transactionOn(client: ClientBase) {
  let first: unknown
  const dialect = pgDialect({
    acquire: async () => client,
    release: () => {},
    translate(error) {
      first ??= error
      return translate(error)
    },
  })
  const tx: TransactionOf<NoTables> = new Kysely<NoTables>({ dialect })
  return { tx, failure: () => first }
}

/** A commit whose answer never came may have been done: it is told so, and never sent again. */
async function commit(client: ClientBase): Promise<void> {
  const { command } = await client.query('commit').catch((error) => {
    throw isRefusal(error) ? translate(error) : unavailable(UNKNOWN, error)
  })
  if (command !== 'COMMIT') throw new Error('The transaction had failed before its commit.')
}

const UNKNOWN =
  'The database broke off while the change was being stored, so it may or may not be. Look, or repeat it with the same Idempotency-Key.'

/** Whether the connection is good for another transaction. */
function rollBack(client: ClientBase): Promise<boolean> {
  return client.query('rollback').then(
    () => true,
    () => false,
  )
}
