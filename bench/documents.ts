import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type DocumentEvents, followDocuments } from './document-events.ts'
import { measureMails } from './mails.ts'
import { type Call, caller, importPeople } from './people.ts'
import { type Server, startLoggia } from './server.ts'

/** Documents and mails, each beside the bare library in the same run: the ratios count. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 3)
const DOCUMENTS = Number(process.env['DOCUMENTS'] ?? 1_000)
const MEMORY_DOCUMENTS = Number(process.env['MEMORY_DOCUMENTS'] ?? 10_000)
const TIMED = Number(process.env['TIMED'] ?? 200)
/** More than are kept by a warm compiler, so that no page is drawn from memory. */
const PEOPLE = 400
const IN_FLIGHT = 32
const EVERY_MS = 50
const ADMIN = { username: 'bench', password: 'correct horse battery' }

interface Desk {
  server: Server
  call: Call
  events: DocumentEvents
  people: number[]
  asked: number
}

console.log(`Node ${process.version}, ${cpus().length} cores shared with the load`)
await measureDocuments()
await measureMails()

async function measureDocuments(): Promise<void> {
  const desk = await openDesk()
  const bare = fork(fileURLToPath(new URL('./bare-typst.ts', import.meta.url)), { execArgv: ['--expose-gc'] })
  try {
    await draw(desk, 200)
    await drawBare(bare, 200)
    await rates(desk, bare)
    await latency(desk, bare)
    await memory(desk)
  } finally {
    bare.kill()
    desk.events.close()
    await desk.server.stop()
  }
}

async function openDesk(): Promise<Desk> {
  const server = await startLoggia({ ADMIN_USERNAME: ADMIN.username, ADMIN_PASSWORD: ADMIN.password })
  const signedIn = await caller(server.address, '')('auth/login', 'POST', ADMIN)
  const { access_token: token } = (await signedIn.json()) as { access_token: string }
  const call = caller(server.address, token)
  const people = await importPeople(server.dataDir, call, PEOPLE)
  return { server, call, people, events: await followDocuments(server.address, token), asked: 0 }
}

async function rates(desk: Desk, bare: ChildProcess): Promise<void> {
  console.log(`\nprofiles, ${DOCUMENTS} a round: asked by POST, drawn, on disk, told by the stream`)
  for (let round = 0; round < ROUNDS; round += 1) {
    const alone = await drawBare(bare, DOCUMENTS)
    const before = await spent(desk)
    const began = performance.now()
    await draw(desk, DOCUMENTS)
    const seconds = (performance.now() - began) / 1000
    const after = await spent(desk)
    const server = ((after.own - before.own) / DOCUMENTS) * 1000
    const renderers = ((after.others - before.others) / DOCUMENTS) * 1000
    const bareMs = (alone.cpuSeconds / DOCUMENTS) * 1000
    const ratio = alone.seconds / seconds
    console.log(
      `  loggia ${(DOCUMENTS / seconds).toFixed(0)}/s   bare Typst, one thread ${(DOCUMENTS / alone.seconds).toFixed(0)}/s   ratio ${ratio.toFixed(2)}`,
    )
    console.log(
      `  processor a document: server ${server.toFixed(2)} ms, renderers ${renderers.toFixed(2)} ms; bare Typst ${bareMs.toFixed(2)} ms`,
    )
  }
}

/** Processor time so far, of the server and of its renderers. */
async function spent({ server }: Desk) {
  return { own: await server.cpuSeconds(), others: await server.childrenCpuSeconds() }
}

/** So many in flight; resolves when the stream has told of all of them. */
async function draw(desk: Desk, count: number): Promise<void> {
  const end = desk.events.ready() + count
  let left = count
  async function lane(): Promise<void> {
    while (left > 0) {
      left -= 1
      await ask(desk)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  await desk.events.until(end)
}

/** The id of the document. */
async function ask(desk: Desk): Promise<number> {
  const subject_id = desk.people[desk.asked % desk.people.length]
  desk.asked += 1
  const answer = await desk.call('documents', 'POST', { template: 'profile', subject_id })
  return ((await answer.json()) as { id: number }).id
}

async function drawBare(bare: ChildProcess, count: number) {
  bare.send(count)
  const [took] = await once(bare, 'message')
  return took as { seconds: number; cpuSeconds: number }
}

async function latency(desk: Desk, bare: ChildProcess): Promise<void> {
  const { seconds } = await drawBare(bare, TIMED)
  const tookMs: Promise<number>[] = []
  for (let made = 0; made < TIMED; made += 1) {
    tookMs.push(timed(desk))
    await pause(EVERY_MS)
  }
  const sorted = (await Promise.all(tookMs)).sort((a, b) => a - b)
  const at = (share: number) => (sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(1)
  console.log(`\nfrom the request to the event that says ready, ${1000 / EVERY_MS} a second`)
  console.log(
    `  p50 ${at(0.5)} ms   p95 ${at(0.95)} ms   bare Typst ${((seconds / TIMED) * 1000).toFixed(1)} ms on average`,
  )
}

async function timed(desk: Desk): Promise<number> {
  const began = performance.now()
  const id = await ask(desk)
  return (await desk.events.readyAt(id)) - began
}

async function memory(desk: Desk): Promise<void> {
  const before = await desk.server.wholeMb()
  await draw(desk, MEMORY_DOCUMENTS)
  const after = await desk.server.wholeMb()
  console.log(`\nmemory of the server and its renderers, before and after ${MEMORY_DOCUMENTS} documents`)
  console.log(`  ${before.toFixed(0)} MB   ${after.toFixed(0)} MB`)
}
