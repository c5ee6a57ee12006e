import { setTimeout as pause } from 'node:timers/promises'
import { apiOf } from './api.ts'
import { type Call, optionOf } from './command.ts'
import { CommandError, EXIT, usageError } from './exit.ts'
import { pathOf } from './queue.ts'
import { untilStopped } from './until-stopped.ts'

const AT_ONCE = 100
const WAIT_SECONDS = 20
const RETRY_MS = 1_000

interface Received {
  messages: { id: string; receipt: string; body: unknown; deliveries: number; pushed_at: string }[]
}

/** Until it is stopped, or has printed `--max`. A server that is away is asked again, and a queue is made by its first push. */
export function tail(call: Call): Promise<number> {
  const api = apiOf(call)
  const path = pathOf(call)
  return untilStopped(async (stopped) => {
    let told = ''
    for (let left = maxOf(call); left > 0 && !stopped.aborted; ) {
      try {
        const wanted = { max: Math.min(left, AT_ONCE), wait_seconds: WAIT_SECONDS }
        const { messages } = await api.call<Received>('POST', `${path}/receive`, wanted, stopped)
        if (messages.length === 0) continue
        for (const message of messages) await print(call, message)
        await api.call('POST', `${path}/ack`, { receipts: messages.map(({ receipt }) => receipt) })
        left -= messages.length
      } catch (error) {
        // What was on its way here goes back when its lease ends.
        if (stopped.aborted) return
        if (!isPassing(error)) throw error
        if (error.message !== told) process.stderr.write(`${error.message}\n`)
        told = error.message
        await pause(RETRY_MS, undefined, { signal: stopped }).catch(() => {})
      }
    }
  })
}

export function maxOf(call: Call): number {
  const text = optionOf(call, 'max')
  if (text !== undefined && !/^[1-9]\d{0,14}$/.test(text)) throw usageError('--max is a whole number from 1.')
  return text === undefined ? Number.POSITIVE_INFINITY : Number(text)
}

/** Resolves once it has left the process: an acknowledgement must not come before. */
function print(call: Call, { receipt: _, ...message }: Received['messages'][number]): Promise<void> {
  const text = JSON.stringify(call.options['json'] ? message : message.body)
  return new Promise((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => (error ? reject(error) : resolve()))
  })
}

export function isPassing(error: unknown): error is CommandError {
  if (!(error instanceof CommandError)) return false
  return error.exitCode === EXIT.unavailable || error.code === 'queue_not_found'
}
