import { createInterface } from 'node:readline'
import { type Api, apiOf } from './api.ts'
import { type Call, optionOf, printJson } from './command.ts'
import { EXIT, usageError } from './exit.ts'
import { table } from './table.ts'

/** What one push may hold. */
const AT_ONCE = 100

export async function push(call: Call): Promise<number> {
  const [, body] = call.words
  const path = `${pathOf(call)}/messages`
  const settings = settingsOf(call)
  if (body === undefined && 'dedup_id' in settings)
    throw usageError('--dedup is for a body on the command line.')
  const api = apiOf(call)
  const ids: string[] = []
  for await (const lines of body === undefined ? batches() : [[{ text: body, place: 'The body' }]]) {
    const messages = lines.map(({ text, place }) => ({ body: bodyOf(call, text, place), ...settings }))
    const pushed = (await api.call<{ ids: string[] }>('POST', path, { messages })).ids
    if (call.options['json']) ids.push(...pushed)
    else process.stdout.write(`${pushed.join('\n')}\n`)
  }
  if (call.options['json']) printJson({ ids })
  return EXIT.done
}

function settingsOf(call: Call) {
  const seconds = (name: string) => {
    const text = optionOf(call, name)
    if (text !== undefined && !/^\d{1,9}$/.test(text))
      throw usageError(`--${name} is a whole number of seconds.`)
    return text === undefined ? undefined : Number(text)
  }
  const settings = {
    delay_seconds: seconds('delay'),
    ttl_seconds: seconds('ttl'),
    dedup_id: optionOf(call, 'dedup'),
  }
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined))
}

async function* batches() {
  let batch: { text: string; place: string }[] = []
  let line = 0
  for await (const text of createInterface({ input: process.stdin })) {
    line += 1
    if (text.trim() === '') continue
    batch.push({ text, place: `Line ${line}` })
    if (batch.length < AT_ONCE) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

function bodyOf({ options }: Call, text: string, place: string): unknown {
  if (options['text']) return text
  try {
    return JSON.parse(text)
  } catch {
    throw usageError(`${place} is not JSON; --text pushes it as it is. What was printed before was pushed.`)
  }
}

export async function pop(call: Call): Promise<number> {
  const popped = await apiOf(call).call<{ id: string; body: unknown } | null>('POST', `${pathOf(call)}/pop`)
  if (popped === null) return EXIT.nothing
  if (call.options['json']) printJson(popped)
  else process.stdout.write(`${JSON.stringify(popped.body)}\n`)
  return EXIT.done
}

interface Stats {
  name: string
  waiting: number
  leased: number
  delayed: number
  dead: number
  oldest_age_seconds: number | null
}

export async function stats(call: Call): Promise<number> {
  const api = apiOf(call)
  const items = await queuesOf(api, call)
  if (call.options['json']) {
    printJson(call.words[0] === undefined ? { items } : items[0])
    return EXIT.done
  }
  const rows = items.map(({ name, waiting, leased, delayed, dead, oldest_age_seconds: age }) =>
    [name, waiting, leased, delayed, dead, age === null ? '' : `${Math.round(age)} s`].map(String),
  )
  process.stdout.write(table(['queue', 'waiting', 'leased', 'delayed', 'dead', 'oldest'], rows))
  return EXIT.done
}

async function queuesOf(api: Api, call: Call): Promise<Stats[]> {
  if (call.words[0] !== undefined) return [await api.call<Stats>('GET', pathOf(call))]
  return (await api.call<{ items: Stats[] }>('GET', '/queues')).items
}

export function pathOf({ words: [queue] }: Call): string {
  if (!queue) throw usageError('Name the queue.')
  return `/queues/${encodeURIComponent(queue)}`
}
