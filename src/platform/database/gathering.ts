import { LoggiaError } from '../../kit/errors.ts'
import type { ChangeOfMany, Database, NoTables } from './index.ts'

/** Items of one change. Bounds how long the first of them waits for the last. */
const ITEMS_MAX = 128

interface Entry<Item, Result> {
  item: Item
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

/**
 * Items that arrive while a change runs are the next one's, so that many callers at once pay for one transaction and for one
 * statement of each kind. One that fails is tried again item by item, so a bad one harms nobody beside it.
 */
export function createGathering(write: Database['write']) {
  return function gathered<Item, Result>(change: ChangeOfMany<NoTables, Item, Result>) {
    const waiting: Entry<Item, Result>[] = []
    let isRunning = false

    async function run(): Promise<void> {
      isRunning = true
      await nextTurn()
      // All of them, side by side: behind a database that does not answer nobody waits twice.
      while (waiting.length > 0) await Promise.all(inParts(waiting.splice(0)).map(settle))
      isRunning = false
    }

    async function settle(entries: Entry<Item, Result>[]): Promise<void> {
      try {
        const items = entries.map(({ item }) => item)
        const results = await write((tx) => change(tx, items), 'row_locks')
        for (const [at, { resolve }] of entries.entries()) resolve(results[at] as Result)
      } catch (error) {
        if (entries.length > 1 && !isUnavailable(error))
          await Promise.all(entries.map((entry) => settle([entry])))
        else for (const { reject } of entries) reject(error)
      }
    }

    return (item: Item): Promise<Result> =>
      new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject })
        if (!isRunning) run()
      })
  }
}

function inParts<Entry>(entries: Entry[]): Entry[][] {
  const parts: Entry[][] = []
  for (let from = 0; from < entries.length; from += ITEMS_MAX)
    parts.push(entries.slice(from, from + ITEMS_MAX))
  return parts
}

/** Then it may have been stored all the same, and nobody but its caller may send it again. */
function isUnavailable(error: unknown): boolean {
  return error instanceof LoggiaError && error.kind === 'unavailable'
}

/** Lets every request that has already arrived join. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
