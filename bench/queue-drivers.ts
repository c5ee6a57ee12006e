import { openQueueEngine, type QueueEngine, type QueueNode } from './queue-nodes.ts'

/** Messages that an operation moves, alone and in batches. */
const SINGLES = Number(process.env['SINGLES'] ?? 4_000)
const BATCHED = Number(process.env['BATCHED'] ?? 50_000)
/** Messages that wait meanwhile. */
const LEVELS = (process.env['WAITING'] ?? '1000,1000000').split(',').map(Number)
const JOBS = Number(process.env['JOBS'] ?? 5_000)
const WAKE_UPS = Number(process.env['WAKE_UPS'] ?? 200)
const BATCH = 100
const FLIGHT = 64
const message = {
  body: JSON.stringify({ order: 12_345, text: 'Water the plants on the balcony. '.repeat(5) }),
}
const batch = Array.from({ length: BATCH }, () => message)

interface Work {
  messages: number
  inFlight: number
  /** How many messages it moves at once. */
  size: number
}

const WORKS: Record<string, Work> = {
  'one at a time': { messages: SINGLES / 4, inFlight: 1, size: 1 },
  [`${FLIGHT} in flight`]: { messages: SINGLES, inFlight: FLIGHT, size: 1 },
  [`batches of ${BATCH}`]: { messages: BATCHED, inFlight: 1, size: BATCH },
  [`batches of ${BATCH}, 4 in flight`]: { messages: BATCHED, inFlight: 4, size: BATCH },
}

const engine = await openQueueEngine(process.env)
try {
  console.log(engine.name)
  for (const level of LEVELS) await measure(engine, level)
  await wakeUps(engine)
  await runJobs(engine)
} finally {
  await engine.close()
}

/** What is pushed is received again, so that the level stays. */
async function measure({ node: { queue }, newName }: QueueEngine, level: number): Promise<void> {
  const name = newName()
  await inFlight(4, level / BATCH, () => queue.push(name, batch))
  console.log(`\n${level} waiting${' '.repeat(30)}push          receive + ack`)
  for (const [what, { messages, inFlight: flight, size }] of Object.entries(WORKS)) {
    const pushing = await perSecond(messages, () =>
      inFlight(flight, messages / size, () => queue.push(name, batch.slice(0, size))),
    )
    const receiving = await perSecond(messages, () =>
      inFlight(flight, messages / size, () => receiveAndAck(queue, name, size)),
    )
    console.log(`  ${what.padEnd(28)} ${rate(pushing)} ${rate(receiving)}`)
  }
}

async function receiveAndAck(queue: QueueNode['queue'], name: string, max: number): Promise<void> {
  const deliveries = await queue.receive(name, { max, leaseSeconds: 60, waitSeconds: 5, deliveriesMax: 5 })
  await queue.ack(
    name,
    deliveries.map(({ receipt }) => receipt),
  )
}

/** From the push until the receiver that waits has the message. */
async function wakeUps({ node, other, newName }: QueueEngine): Promise<void> {
  console.log('\npush to wake-up')
  for (const [what, producer] of [
    ['in one node', node],
    ['across nodes', other],
  ] as const) {
    if (producer === null) continue
    const name = newName()
    const tookMs: number[] = []
    for (let round = 0; round < WAKE_UPS; round += 1) {
      const woken = receiveAndAckAt(node.queue, name)
      await new Promise((resolve) => setTimeout(resolve, 5))
      const began = performance.now()
      await producer.queue.push(name, [message])
      tookMs.push((await woken) - began)
    }
    tookMs.sort((a, b) => a - b)
    const at = (share: number) => (tookMs[Math.floor((tookMs.length - 1) * share)] ?? Number.NaN).toFixed(1)
    console.log(`  ${what.padEnd(28)} p50 ${at(0.5)} ms  p99 ${at(0.99)} ms`)
  }
}

/** Jobs that do nothing: what it costs to decide them in a transaction, to carry and to settle them. */
async function runJobs({ node: { db, jobs } }: QueueEngine): Promise<void> {
  const { promise: done, resolve } = Promise.withResolvers<void>()
  let left = JOBS
  jobs.handle('bench', {
    needs: { id: 'number' },
    async run() {
      left -= 1
      if (left === 0) resolve()
    },
    giveUp: async () => {},
    tries: 3,
    backoff: { baseSeconds: 1, maxSeconds: 1 },
    leaseSeconds: 60,
    concurrency: FLIGHT,
  })
  jobs.start()
  let id = 0
  const enqueue = () => db.write((tx) => jobs.enqueue(tx, 'bench', { id: id++ }), 'row_locks')
  const running = await perSecond(JOBS, async () => {
    await inFlight(FLIGHT, JOBS, enqueue)
    await done
  })
  console.log(`\njobs, a transaction each, ${FLIGHT} at once ${rate(running)}`)
}

async function receiveAndAckAt(queue: QueueNode['queue'], name: string): Promise<number> {
  const request = { max: 1, leaseSeconds: 60, waitSeconds: 20, deliveriesMax: 5 }
  const [delivery] = await queue.receive(name, request)
  const at = performance.now()
  if (delivery) await queue.ack(name, [delivery.receipt])
  return at
}

/** `times` runs of `work`, so many of them at once. */
async function inFlight(width: number, times: number, work: () => Promise<unknown>): Promise<void> {
  let begun = 0
  async function lane(): Promise<void> {
    while (begun < times) {
      begun += 1
      await work()
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
}

async function perSecond(messages: number, run: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await run()
  return (messages / (performance.now() - began)) * 1000
}

function rate(perSecond: number): string {
  return `${perSecond.toFixed(0).padStart(10)}/s`
}
