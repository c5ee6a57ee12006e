import type { Clock } from '../../kit/clock.ts'
import type { Database, Transaction } from '../../platform/database/index.ts'
import type { Queue } from '../../platform/queue/index.ts'
import { createDetections, type Detected } from './detections.ts'
import { createIntake, type Intake } from './intake.ts'

export interface DetectionsOptions {
  db: Database
  clock: Clock
  /** Each carries a queue `detections`, where producers may push instead of calling us. */
  queues: Queue[]
  onDetected: (tx: Transaction, detected: Detected[]) => Promise<void>
  /** So many messages of that queue are done with. */
  onTaken: (queue: string, count: number) => void
  onError: (error: unknown, what: string) => void
}

export function openDetections(options: DetectionsOptions) {
  const detections = createDetections(options)
  const { recordAll } = detections
  const intakes = options.queues.map((queue) => createIntake({ ...options, queue, recordAll }))
  const each = async (act: (intake: Intake) => Promise<void>) => void (await Promise.all(intakes.map(act)))
  return {
    detections,
    intake: {
      start(): void {
        for (const intake of intakes) intake.start()
      },
      drain: () => each((intake) => intake.drain()),
      stop: () => each((intake) => intake.stop()),
    },
  }
}
