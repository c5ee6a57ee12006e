import { setTimeout as pause } from 'node:timers/promises'
import { type Api, apiOf, assertTaken, unreachable } from './api.ts'
import { type Call, optionOf } from './command.ts'
import { readEvents, type ServerEvent } from './event-lines.ts'
import { usageError } from './exit.ts'
import { isPassing, maxOf } from './queue-tail.ts'
import { untilStopped } from './until-stopped.ts'

const RETRY_MS = 1_000

/** Until it is stopped, or has printed `--max`; resumes after the last alert that it has printed. */
export function tailAlerts(call: Call): Promise<number> {
  const api = apiOf(call)
  const after = optionOf(call, 'after')
  if (after !== undefined && !/^\d{1,15}$/.test(after)) throw usageError('--after is the id of an alert.')
  return untilStopped(async (stopped) => {
    let left = maxOf(call)
    let lastId = after
    while (left > 0 && !stopped.aborted) {
      try {
        for await (const event of streamOf(api, lastId, stopped)) {
          lastId = event.id ?? lastId
          left -= show(call, event)
          if (left <= 0) return
        }
      } catch (error) {
        if (stopped.aborted) return
        if (!isPassing(error)) throw error
        process.stderr.write(`${error.message}\n`)
      }
      await pause(RETRY_MS, undefined, { signal: stopped }).catch(() => {})
    }
  })
}

async function* streamOf({ address, headers }: Api, lastId: string | undefined, signal: AbortSignal) {
  const resume = lastId === undefined ? {} : { 'last-event-id': lastId }
  const lost = (error: unknown) => {
    throw signal.aborted ? error : unreachable(address, error)
  }
  const answer = await fetch(`${address}/api/v1/alerts`, {
    headers: { ...headers, ...resume, accept: 'text/event-stream' },
    signal,
  }).catch(lost)
  await assertTaken(answer)
  try {
    yield* readEvents(answer.body ?? new ReadableStream())
  } catch (error) {
    lost(error)
  }
}

/** How many alerts it was. */
function show({ options }: Call, { event, data }: ServerEvent): number {
  if (event === 'gap') {
    const { from, to } = JSON.parse(data)
    process.stderr.write(`The alerts from ${from} to ${to} can no longer be shown.\n`)
  }
  if (event !== 'alert') return 0
  process.stdout.write(`${options['json'] ? data : lineOf(data)}\n`)
  return 1
}

function lineOf(data: string): string {
  const { id, rule, created_at, detection } = JSON.parse(data)
  const { year, make, model, category } = detection
  return `${created_at}  #${id}  ${rule}: ${year} ${make} ${model} (${category})`
}
