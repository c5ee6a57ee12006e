import type { Clock } from '../../kit/clock.ts'
import type { BrowseRequest, KeptMessage, QueueCounts, QueueInspection } from './index.ts'
import { type Fields, isId, toEntry } from './redis-entries.ts'
import type { RunScript } from './redis-scripts.ts'

/** Looking into the same streams. Lists and searches look at a bounded part in each call. */
export function createRedisInspection(options: { run: RunScript; clock: Clock }): QueueInspection {
  const { run, clock } = options
  return {
    counts: (queue) => countByState(run, queue, clock),
    browse: (queue, request) => browse(run, queue, request, clock()),
    async edit(queue, id, body) {
      return isId(id) && (await run('edit', queue, [id, body])) === 1
    },
    async redrive(queue, ids) {
      if (ids === null) return redriveAll(run, queue)
      const named = ids.filter(isId)
      return named.length === 0 ? 0 : (await redriveSome(run, queue, named))[0]
    },
    async purge(queue) {
      return (await run('purge', queue, [0])) as number
    },
    async remove(queue) {
      await run('purge', queue, [1])
    },
    clearExpired: (queue) => clearExpired(run, queue, clock),
  }
}

type Counted = [
  waiting: number,
  leased: number,
  delayed: number,
  dead: number,
  oldest: number | '',
  isUnfinished: number,
]

async function countByState(run: RunScript, queue: string, clock: Clock): Promise<QueueCounts> {
  for (;;) {
    const counted = (await run('counts', queue, [clock()])) as Counted
    const [waiting, leased, delayed, dead, oldest, isUnfinished] = counted
    if (isUnfinished) continue
    return { waiting, leased, delayed, dead, oldestPushedAt: oldest === '' ? null : oldest }
  }
}

type Found = [id: string, deliveries: number, dueAt: number | string, reason: string, fields: Fields]

async function browse(run: RunScript, queue: string, request: BrowseRequest, now: number) {
  const { state, limit, after, contains } = request
  const from = after !== null && isId(after) ? after : ''
  const answer = await run('browse', queue, [now, state, limit, from, contains ?? ''])
  const [found, next] = answer as [Found[], string]
  const messages = found.map(([id, deliveries, dueAt, reason, fields]): KeptMessage => {
    const kept = { id, state, deliveries, ...toEntry(id, fields) }
    return { ...kept, dueAt: dueAt === '' ? null : Number(dueAt), reason: reason === '' ? null : reason }
  })
  return { messages, next: next === '' ? null : next }
}

/** What goes in one script: others get their turn in between. */
const CLEARED_AT_ONCE = 500

async function clearExpired(run: RunScript, queue: string, clock: Clock): Promise<number> {
  let count = 0
  for (;;) {
    const cleared = (await run('clear-expired', queue, [clock(), CLEARED_AT_ONCE])) as number
    count += cleared
    if (cleared < CLEARED_AT_ONCE) return count
  }
}

/** Some at a time, so that a crowd of dead messages holds nobody up. What dies again meanwhile is not asked for twice. */
async function redriveAll(run: RunScript, queue: string): Promise<number> {
  let [redriven, left] = await redriveSome(run, queue, [])
  while (left > 0) {
    const [more] = await redriveSome(run, queue, [])
    redriven += more
    left = more === 0 ? 0 : left - more
  }
  return redriven
}

function redriveSome(run: RunScript, queue: string, ids: string[]) {
  return run('redrive', queue, ids) as Promise<[redriven: number, left: number]>
}
