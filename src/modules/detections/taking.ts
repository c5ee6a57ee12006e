import { LoggiaError } from '../../kit/errors.ts'
import type { Delivery, Queue } from '../../platform/queue/index.ts'
import { type Reading, readDetection } from './reading.ts'
import { MESSAGE, type NewDetection, type Recorded } from './schemas.ts'

interface Options {
  queue: Queue
  name: string
  leaseSeconds: number
  deliveriesMax: number
  recordAll: (inputs: NewDetection[]) => Promise<Recorded>
  /** Waits before another try, shorter than a lease. */
  rest: (failures: number, error: unknown) => Promise<void>
  /** Nobody waits any longer. */
  isStopping: () => boolean
}

type Message = Delivery & { detection: NewDetection }

/** Messages that were received, seen through to their end: recorded and acknowledged, dead with a reason, or given back. */
export function createTaking({ queue, name, recordAll, rest, isStopping, ...options }: Options) {
  const { leaseSeconds, deliveriesMax } = options

  /** What fails together is tried one by one, to find the one that is to blame. */
  async function settle(messages: Message[]): Promise<void> {
    const fault = await record(messages)
    if (fault === null) await queue.ack(name, receiptsOf(messages))
    else if (messages.length > 1) for (const message of messages) await settle([message])
    else for (const message of messages) await bury(message, fault)
  }

  /** Why it can never be; `null` when it is done. While the database is away it is tried again, the messages kept in hand. */
  async function record(messages: Message[]): Promise<string | null> {
    for (let failures = 1; ; failures += 1) {
      try {
        await recordAll(messages.map(({ detection }) => detection))
        return null
      } catch (error) {
        if (!isUnavailable(error)) return error instanceof Error ? error.message : String(error)
        await rest(failures, error)
        if (isStopping()) throw await givenBack(messages, error)
        await queue.extend(name, receiptsOf(messages), leaseSeconds).catch(() => {})
      }
    }
  }

  /** For another process, now and not when the lease is over. */
  async function givenBack(messages: Message[], error: unknown): Promise<unknown> {
    const refusal = { delaySeconds: 0, reason: 'The process stopped.', deliveriesMax }
    await queue.nack(name, receiptsOf(messages), refusal).catch(() => {})
    return error
  }

  async function bury({ receipt }: Delivery, reason: string): Promise<void> {
    await queue.nack(name, [receipt], { delaySeconds: 0, reason, deliveriesMax: 0 })
  }

  return async function seeThrough(deliveries: Delivery[]): Promise<void> {
    const messages: Message[] = []
    for (const delivery of deliveries) {
      const reading = readDetection(delivery.body)
      if ('detection' in reading)
        messages.push({ ...delivery, detection: named(reading.detection, delivery) })
      else await bury(delivery, reasonOf(reading))
    }
    if (messages.length > 0) await settle(messages)
  }
}

function named(detection: NewDetection, { id }: Delivery): NewDetection {
  return { ...detection, source_id: detection.source_id ?? `${MESSAGE}${id}` }
}

function reasonOf({ errors }: Extract<Reading, { errors: unknown }>): string {
  return `It is no detection: ${errors.map(({ pointer, detail }) => `${pointer} ${detail}`.trim()).join('; ')}.`
}

function receiptsOf(messages: Message[]): string[] {
  return messages.map(({ receipt }) => receipt)
}

function isUnavailable(error: unknown): boolean {
  return error instanceof LoggiaError && error.kind === 'unavailable'
}
