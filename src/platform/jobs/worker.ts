import type { JobHandler, OnError, QueueFor } from './index.ts'
import { createLine, type Line } from './line.ts'
import { within } from './within.ts'

/** At a stop, what could not finish is given back within this time or left to its lease. */
const GIVE_BACK_MS = 1_000

export function createWorker({
  queueFor,
  onError,
  finishMs,
}: {
  queueFor: QueueFor
  onError: OnError
  finishMs: number
}) {
  const lines = new Map<string, Line>()
  let started = false

  async function stopLine(job: string, line: Line): Promise<void> {
    try {
      await within(finishMs, line.finish())
    } catch {
      await within(GIVE_BACK_MS, line.giveBack()).catch((error) =>
        onError(
          error,
          `Jobs "${job}" that run could not be given back; they run again when their lease is over.`,
        ),
      )
    }
  }

  return {
    handle(job: string, handler: JobHandler): void {
      lines.set(job, createLine({ job, handler, queue: queueFor(job), onError }))
    },
    start(): void {
      started = true
      for (const line of lines.values()) line.start()
    },
    /** Resolves when nothing is on its way here from the queues. */
    async pause(): Promise<void> {
      await Promise.all([...lines.values()].map((line) => line.pause()))
    },
    resume(): void {
      if (started) for (const line of lines.values()) line.start()
    },
    /** Returns how many jobs it saw through. */
    async runWaiting(): Promise<number> {
      const seen = await Promise.all([...lines.values()].map((line) => line.runWaiting()))
      return seen.reduce((sum, one) => sum + one, 0)
    },
    async stop(): Promise<void> {
      started = false
      await Promise.all([...lines].map(([job, line]) => stopLine(job, line)))
    },
  }
}
