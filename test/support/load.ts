import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Answer, Caller } from './call.ts'
import { PASSWORD } from './loggia.ts'
import { assertProblem } from './problem.ts'

const QUEUE = '/api/v1/queues/load'
/** Between two writes of one kind: a small load, whose backlog of an outage is soon worked off. */
const PACE_MS: Record<Kind, number> = { task: 20, message: 20, mail: 100, document: 200 }
const REPEAT_MS = 20
/** What a silent engine gave away unheard comes again after it. */
const LEASE_SECONDS = 3

export interface Kept {
  name: string
  answer: Answer
}

/** What is asked of the program, each kind in turn without an end. `name` is part of the request and of what it makes. */
const KINDS = {
  task: (name: string) => ({ path: '/api/v1/tasks', body: { text: name } }),
  message: (name: string) => ({ path: `${QUEUE}/messages`, body: { body: name } }),
  mail: (name: string) => ({
    path: '/api/v1/auth/register',
    body: { username: name, password: PASSWORD, email: `${name}@example.org` },
  }),
  document: (_name: string, userId: number) => ({
    path: '/api/v1/documents',
    body: { template: 'profile', subject_id: userId },
  }),
}
export type Kind = keyof typeof KINDS

interface Options {
  call: Caller
  /** An administrator's. */
  person: { id: number; token: string }
}

/** Writes of every kind, reads of what was just written, and a consumer, as many clients would who repeat what is refused. */
export function startLoad({ call, person }: Options) {
  const { id, token } = person
  const acknowledged: Record<Kind, Kept[]> = { task: [], message: [], mail: [], document: [] }
  const received = new Set<string>()
  /** Answers that were neither right nor a clear "not now". */
  const faults: string[] = []
  let writing = true
  let consuming = true

  /** `false`: refused, and to be asked again. */
  function isDone(answer: Answer): boolean {
    if (answer.status < 300) return true
    // The first try was cut off in its commit, and the server is still at it.
    if (answer.body.code === 'idempotency_in_progress') return false
    try {
      assertProblem(answer, 503, answer.body.code)
      if (answer.headers.get('retry-after') !== '1') throw new Error('Without Retry-After.')
    } catch (error) {
      faults.push(`${error} ${JSON.stringify(answer.body)}`)
    }
    return false
  }

  async function ask(method: string, path: string, body?: unknown, key?: string): Promise<Answer> {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key }
    for (;;) {
      const answer = await call(method, path, { token, body, headers })
      if (isDone(answer)) return answer
      await pause(REPEAT_MS)
    }
  }

  async function write(kind: Kind): Promise<void> {
    while (writing) {
      const name = randomUUID()
      const { path, body } = KINDS[kind](name, id)
      acknowledged[kind].push({ name, answer: await ask('POST', path, body, name) })
      if (kind === 'task') await read(name)
      await pause(PACE_MS[kind])
    }
  }

  async function read(written: string): Promise<void> {
    const { body } = await ask('GET', `/api/v1/tasks?limit=100&q=${written}`)
    const all = await ask('GET', '/api/v1/tasks?limit=100&sort=-created_at')
    const isThere = [body, all.body].every(({ items }) =>
      items.some(({ text }: { text: string }) => text === written),
    )
    if (!isThere) faults.push(`The task ${written} was written and is not in the list.`)
  }

  async function consume(): Promise<void> {
    await ask('PUT', QUEUE, { max_deliveries: 100, lease_seconds: 60, ttl_seconds: null })
    while (consuming || [...acknowledged.message].some(({ name }) => !received.has(name))) {
      const { body } = await ask('POST', `${QUEUE}/receive`, {
        max: 100,
        wait_seconds: 1,
        lease_seconds: LEASE_SECONDS,
      })
      for (const message of body.messages) received.add(message.body)
      const receipts = body.messages.map(({ receipt }: { receipt: string }) => receipt)
      if (receipts.length > 0) await ask('POST', `${QUEUE}/ack`, { receipts })
    }
  }

  const writers = Object.keys(KINDS).map((kind) => write(kind as Kind))
  const consumer = consume()

  return {
    acknowledged,
    received,
    faults,
    /** Writes acknowledged, by kind. */
    count(): Record<Kind, number> {
      const { task, message, mail, document } = acknowledged
      return { task: task.length, message: message.length, mail: mail.length, document: document.length }
    },
    /** Resolves when the last write is acknowledged, and every message was received. */
    async stop(): Promise<void> {
      writing = false
      await Promise.all(writers)
      consuming = false
      await consumer
    },
  }
}

export type Load = ReturnType<typeof startLoad>
