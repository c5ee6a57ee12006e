import { after, before, suite } from 'node:test'
import type { Queue, QueueInspection } from '../../src/platform/queue/index.ts'
import { createBench, type QueueBench } from './queue-bench.ts'
import { crowdSentences } from './queue-crowds.ts'
import { inspectionSentences } from './queue-inspection.ts'
import { leaseSentences } from './queue-leases.ts'
import { pushSentences } from './queue-push.ts'
import { receiptSentences } from './queue-receipts.ts'
import { refusalSentences } from './queue-refusals.ts'
import { waitingSentences } from './queue-waiting.ts'

/** One engine with two nodes on it. */
export interface OpenedQueue {
  queue: Queue
  /** Another node on the same engine. */
  other: Queue
  inspection?: QueueInspection
  /** Moves the clock of both nodes. Without it time passes by itself. */
  advance?(seconds: number): void
  close(): Promise<void>
}

/** What an engine can do. */
export interface QueueAbilities {
  /** Two messages with one dedup id are one. */
  dedup: boolean
  /** There is something to look into the queue with. */
  inspection: boolean
  /** A lease ends with its time, not only with the connection that holds it; so it can be extended, too. */
  timedLeases: boolean
  /** What comes back stands before younger messages. */
  keepsPlace: boolean
}

export const ABLE: QueueAbilities = { dedup: true, inspection: true, timedLeases: true, keepsPlace: true }

/** Every sentence of `src/platform/queue/index.ts`, held against the engine that `open` brings. `skip`: why it cannot be. */
export function queueContract(
  name: string,
  open: () => Promise<OpenedQueue>,
  abilities: QueueAbilities = ABLE,
  skip: string | false = false,
): void {
  suite(`queue contract: ${name}`, { skip }, () => {
    let opened: OpenedQueue | undefined
    before(async () => {
      opened = await open()
    })
    after(() => opened?.close())

    const bench: QueueBench = createBench(abilities, () => {
      if (opened === undefined) throw new Error('The queue is not open.')
      return opened
    })
    pushSentences(bench)
    leaseSentences(bench)
    receiptSentences(bench)
    refusalSentences(bench)
    waitingSentences(bench)
    crowdSentences(bench)
    if (abilities.inspection) inspectionSentences(bench)
  })
}
