import { connect, type Socket } from 'node:net'
import { createHistogram } from 'node:perf_hooks'
import { argv, cpuUsage, hrtime } from 'node:process'

/**
 * A process of its own that reads a stream of server-sent events on many connections. It is as cheap as Node allows, so that
 * it is the server that is measured: raw sockets, one buffer for all, and what many readers got alike is taken apart once.
 */
export interface Report {
  deliveries: number
  p50Ms: number
  p99Ms: number
  /** Event ids that were stepped over, and ids that came again. */
  missed: number
  repeated: number
  /** `event: gap`. */
  gaps: number
  /** Connections that ended without having been asked to. */
  cut: number
  cpuSeconds: number
}

export type Order = { open: number } | { reconnect: true } | { report: true }
export type News = { opened: number } | { arrived: number } | { report: Report }

interface Reader {
  socket: Socket
  /** Where its head ends is not known yet. */
  isNew: boolean
  rest: string
  lastId: string
}

interface Seen {
  id: string
  isGap: boolean
  sentNs: number
}

const [, , port = '', request = ''] = argv
/** So many connections are being opened at once, unless a storm is asked for. */
const OPENING_MAX = 100
const buffer = Buffer.alloc(256 * 1024)
const readers: Reader[] = []
const latencies = createHistogram()
let counts = { deliveries: 0, missed: 0, repeated: 0, gaps: 0, cut: 0 }
let deliveries = 0
let opened = 0
let wanted = 0
let last = { text: '', seen: [] as Seen[], rest: '' }

process.on('message', (order: Order) => {
  if ('open' in order) {
    wanted += order.open
    for (let at = 0; at < OPENING_MAX; at += 1) openNext()
  } else if ('reconnect' in order) reconnect()
  else report()
})
process.on('disconnect', () => process.exit())

function openNext(): void {
  if (readers.length === wanted) return
  const reader = { isNew: true, rest: '', lastId: '' } as Reader
  readers.push(reader)
  open(reader)
}

function open(reader: Reader): void {
  reader.isNew = true
  reader.rest = ''
  const socket = connect({
    port: Number(port),
    host: '127.0.0.1',
    noDelay: true,
    onread: { buffer, callback: (length) => read(reader, length) },
  })
  reader.socket = socket
  const resume = reader.lastId === '' ? '' : `Last-Event-ID: ${reader.lastId}\r\n`
  socket.write(`${request}${resume}\r\n`)
  socket.on('error', () => {})
  socket.on('close', () => {
    if (reader.socket !== socket) return
    counts.cut += 1
    setTimeout(open, 50, reader)
  })
}

function reconnect(): void {
  opened = 0
  for (const { socket } of readers) socket.destroy()
  for (const reader of readers) open(reader)
}

function read(reader: Reader, length: number): boolean {
  const text = reader.rest + buffer.toString('latin1', 0, length)
  if (reader.isNew) return begin(reader, text)
  if (text !== last.text) last = { text, ...eventsIn(text) }
  reader.rest = last.rest
  const now = Number(hrtime.bigint())
  for (const seen of last.seen) note(reader, seen, now)
  return true
}

function begin(reader: Reader, text: string): boolean {
  const end = text.indexOf('\r\n\r\n')
  reader.rest = text
  if (end === -1) return true
  if (!text.startsWith('HTTP/1.1 200')) throw new Error(text)
  reader.isNew = false
  const { seen, rest } = eventsIn(text.slice(end + 4))
  reader.rest = rest
  const now = Number(hrtime.bigint())
  for (const event of seen) note(reader, event, now)
  opened += 1
  if (opened === wanted) tell({ opened })
  else if (reader.lastId === '') openNext()
  return true
}

function eventsIn(text: string): { seen: Seen[]; rest: string } {
  const blocks = text.split('\n\n')
  const rest = blocks.pop() ?? ''
  const seen = blocks.flatMap((block) => {
    const id = /^id: ?(.*)$/m.exec(block)?.[1] ?? ''
    const isGap = block.includes('event: gap')
    const sentNs = /"model":"(\d+)"/.exec(block)?.[1]
    return isGap || sentNs !== undefined ? [{ id, isGap, sentNs: Number(sentNs) }] : []
  })
  return { seen, rest }
}

function note(reader: Reader, { id, isGap, sentNs }: Seen, now: number): void {
  if (isGap) counts.gaps += 1
  else {
    // An id of nchan is a time, so its order can only be counted.
    const step = reader.lastId === '' || id.includes(':') ? 1 : Number(id) - Number(reader.lastId)
    if (step > 1) counts.missed += step - 1
    if (step < 1) counts.repeated += 1
    latencies.record(Math.max(1, now - sentNs))
    counts.deliveries += 1
    deliveries += 1
    if (deliveries % wanted === 0) tell({ arrived: deliveries / wanted })
  }
  reader.lastId = id
}

function report(): void {
  const { user, system } = cpuUsage()
  const [p50Ms, p99Ms] = [latencies.percentile(50) / 1e6, latencies.percentile(99) / 1e6]
  tell({ report: { ...counts, p50Ms, p99Ms, cpuSeconds: (user + system) / 1e6 } })
  counts = { deliveries: 0, missed: 0, repeated: 0, gaps: 0, cut: 0 }
  latencies.reset()
}

function tell(news: News): void {
  process.send?.(news)
}
