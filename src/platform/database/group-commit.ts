import type { DatabaseSync } from 'node:sqlite'
import { unavailable } from '../../kit/errors.ts'
import { collectEffects, runEffects } from './after-commit.ts'
import type { NoTables, TransactionOf } from './index.ts'

/** Changes in one commit. Bounds how long the first of them waits for the last. */
const BATCH_MAX = 128

interface Entry {
  change: (tx: TransactionOf<NoTables>) => Promise<unknown>
  resolve: (result: unknown) => void
  reject: (error: unknown) => void
}

type Outcome = { entry: Entry; effects: (() => void)[] } & ({ result: unknown } | { error: unknown })

interface Options {
  connection: DatabaseSync
  tx: TransactionOf<NoTables>
  /** Called before each commit. */
  onCommit: () => void
  onError: (error: unknown) => void
}

/**
 * Changes that arrive while a commit runs share the next one, and with it one fsync. Each is fenced by a savepoint, so a
 * failing neighbour harms nobody, and each is answered only after the shared commit is on disk.
 */
export function createGroupCommit({ connection, tx, onCommit, onError }: Options) {
  const fence = connection.prepare('savepoint change')
  const open = connection.prepare('release change')
  const waiting: Entry[] = []
  let running: Promise<void> | null = null

  function write<Result>(change: (tx: TransactionOf<NoTables>) => Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      waiting.push({ change, resolve: resolve as (result: unknown) => void, reject })
      running ??= nextTurn().then(commitAll)
    })
  }

  async function commitAll(): Promise<void> {
    while (waiting.length > 0) settle(await commitTogether(waiting.splice(0, BATCH_MAX)))
    running = null
  }

  async function commitTogether(batch: Entry[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = []
    try {
      connection.exec('begin immediate')
      for (const entry of batch) outcomes.push(await attempt(entry))
      onCommit()
      connection.exec('commit')
      return outcomes
    } catch (cause) {
      // Closed already: what a stop could not wait for still writes.
      if (connection.isOpen && connection.isTransaction) connection.exec('rollback')
      const error = unavailable(
        'database_unavailable',
        'The change could not be stored. Nothing of it was kept.',
      )
      onError(cause)
      return batch.map((entry) => ({ entry, effects: [], error }))
    }
  }

  async function attempt(entry: Entry): Promise<Outcome> {
    const effects = collectEffects(tx)
    fence.run()
    try {
      const result = await entry.change(tx)
      open.run()
      return { entry, effects, result }
    } catch (error) {
      connection.exec('rollback to change')
      open.run()
      return { entry, effects: [], error }
    }
  }

  function settle(outcomes: Outcome[]): void {
    for (const outcome of outcomes) {
      if ('error' in outcome) outcome.entry.reject(outcome.error)
      else outcome.entry.resolve(outcome.result)
      runEffects(outcome.effects, onError)
    }
  }

  async function drain(): Promise<void> {
    while (running) await running
  }

  return { write, drain }
}

/** Lets every request that has already arrived join the batch. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
