import type { Clock } from '../../kit/clock.ts'
import type { Database, Transaction } from '../../platform/database/index.ts'
import type { Queue } from '../../platform/queue/index.ts'
import { createDetections, type Detected } from './detections.ts'
import { createIntake } from './intake.ts'

export interface DetectionsOptions {
  db: Database
  clock: Clock
  /** Carries the queue `detections`, where producers may push instead of calling us. */
  queue: Queue
  onDetected: (tx: Transaction, detected: Detected[]) => Promise<void>
  /** So many messages of that queue are done with. */
  onTaken: (queue: string, count: number) => void
  onError: (error: unknown, what: string) => void
}

export function openDetections(options: DetectionsOptions) {
  const detections = createDetections(options)
  return { detections, intake: createIntake({ ...options, recordAll: detections.recordAll }) }
}
