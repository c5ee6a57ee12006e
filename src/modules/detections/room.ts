import type { Clock } from '../../kit/clock.ts'
import type { Database, Transaction } from '../../platform/database/index.ts'
import type { Queue } from '../../platform/queue/index.ts'
import { createDetections, type Detected } from './detections.ts'
import { createIntake } from './intake.ts'

export interface DetectionsOptions {
  db: Database
  clock: Clock
  /** Whatever carries a queue `detections`, where producers may push instead of calling us. */
  queues: Queue[]
  onDetected: (tx: Transaction, detected: Detected[]) => Promise<void>
  /** So many messages of that queue are done with. */
  onTaken: (queue: string, count: number) => void
  onError: (error: unknown, what: string) => void
}

export function openDetections({ queues, ...options }: DetectionsOptions) {
  const detections = createDetections(options)
  const { recordAll } = detections
  // One engine may carry several kinds of queues.
  const intakes = [...new Set(queues)].map((queue) => createIntake({ ...options, queue, recordAll }))
  return {
    detections,
    intake: {
      start: () => intakes.forEach((intake) => void intake.start()),
      drain: () => Promise.all(intakes.map((intake) => intake.drain())),
      stop: () => Promise.all(intakes.map((intake) => intake.stop())),
    },
  }
}
