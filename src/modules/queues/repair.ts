import { toTimestamp, toTimestampOrNull } from '../../kit/clock.ts'
import { invalid, notFound } from '../../kit/errors.ts'
import { decodeCursor, encodeCursor, type Page } from '../../kit/page.ts'
import type { KeptMessage as Kept, QueueInspection } from '../../platform/queue/index.ts'
import { fromText } from './body.ts'
import type { Queues } from './queues.ts'
import type { Browse, KeptMessage } from './schemas.ts'

/** Looking into a queue and putting right what went wrong in it. */
export function createRepair({ queues, queue }: { queues: Queues; queue: QueueInspection }) {
  return {
    async browse(name: string, { state = 'waiting', q, limit, cursor }: Browse): Promise<Page<KeptMessage>> {
      await queues.find(name)
      const after = cursor === undefined ? null : String(decodeCursor(cursor, ['string'])[0])
      const { messages, next } = await queue.browse(name, { state, limit, after, contains: q ?? null })
      return { items: messages.map(present), next_cursor: next === null ? null : encodeCursor([next]) }
    },

    /** A new body for a dead message, before it is sent on its way again. */
    async edit(name: string, id: string, body: unknown): Promise<{ id: string; body: unknown }> {
      await queues.find(name)
      if (!(await queue.edit(name, id, JSON.stringify(body)))) throw notFound('dead_message')
      return { id, body }
    },

    async redrive(name: string, ids: string[] | undefined): Promise<{ redriven: number }> {
      await queues.find(name)
      return { redriven: await queue.redrive(name, ids ?? null) }
    },

    /** Everything in it goes, so the name is asked for twice: in the address and in the body. */
    async purge(name: string, confirmed: string): Promise<{ purged: number }> {
      if (confirmed !== name)
        throw invalid([{ pointer: '/name', detail: "must be the queue's name, to confirm" }])
      await queues.find(name)
      return { purged: await queue.purge(name) }
    },
  }
}

export type Repair = ReturnType<typeof createRepair>

function present({ id, state, body, deliveries, pushedAt, dueAt, reason }: Kept): KeptMessage {
  const times = { pushed_at: toTimestamp(pushedAt), due_at: toTimestampOrNull(dueAt) }
  return { id, state, body: fromText(body), deliveries, ...times, reason }
}
