import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { test } from 'node:test'
import type { Answer, Caller } from '../support/call.ts'
import { PASSWORD, startLoggia } from '../support/loggia.ts'
import { startServer, withFolder } from '../support/process.ts'
import { stored } from '../support/stored.ts'

const ROUNDS = 4
const WRITERS = 8
/** Longer than any job is leased: what the killed process held may be taken again. */
const LEASE_MS = 120_000

/** One write, and what became of it as its sender knows. */
interface Write {
  kind: 'task' | 'user'
  name: string
  key: string
  acknowledged: Answer | null
}

function newWrite(turn: number): Write {
  const name = randomUUID()
  return { kind: turn % 4 === 0 ? 'user' : 'task', name, key: `key of ${name}`, acknowledged: null }
}

async function send(call: Caller, token: string, { kind, name, key }: Write): Promise<Answer> {
  const headers = { 'idempotency-key': key }
  if (kind === 'task') return call('POST', '/api/v1/tasks', { token, body: { text: name }, headers })
  const body = { username: name, password: PASSWORD, email: `${name}@example.org` }
  return call('POST', '/api/v1/auth/register', { body, headers })
}

/** Writes without a pause until the server is gone; everything sent is in `writes`, in doubt or acknowledged. */
async function writeUntilGone(
  call: Caller,
  token: string,
  { writes, onAcknowledged }: { writes: Write[]; onAcknowledged: () => void },
): Promise<void> {
  for (let turn = 0; ; turn += 1) {
    const write = newWrite(turn)
    writes.push(write)
    const answer = await send(call, token, write).catch(() => null)
    if (answer === null) return
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    write.acknowledged = answer
    onAcknowledged()
  }
}

async function namesOfTasks(call: Caller, token: string): Promise<string[]> {
  const names: string[] = []
  for (let cursor = ''; ; ) {
    const { body } = await call('GET', `/api/v1/tasks?limit=100${cursor}`, { token })
    names.push(...body.items.map(({ text }: { text: string }) => text))
    if (body.next_cursor === null) return names
    cursor = `&cursor=${body.next_cursor}`
  }
}

const namesOf = (writes: Write[], kind: Write['kind']) =>
  writes
    .filter((write) => write.kind === kind)
    .map(({ name }) => name)
    .sort()

test('whatever is acknowledged outlives kill -9, once, and a repeat tells what became of the rest', async () => {
  await withFolder(async (DATA_DIR) => {
    const writes: Write[] = []
    let token = ''
    for (let round = 0; round < ROUNDS; round += 1) {
      const server = await startServer({ DATA_DIR })
      if (round === 0) {
        const body = { username: 'writer', password: PASSWORD }
        token = (await server.call('POST', '/api/v1/auth/register', { body })).body.access_token
      }
      const inDoubt = writes.filter(({ acknowledged }) => acknowledged === null)
      for (const write of inDoubt) {
        write.acknowledged = await send(server.call, token, write)
        assert.equal(write.acknowledged.status, 201, JSON.stringify(write.acknowledged.body))
      }
      const again = writes.at(-1)
      if (again !== undefined) {
        const repeated = await send(server.call, token, again)
        assert.deepEqual(repeated.body, again.acknowledged?.body)
        assert.equal(repeated.headers.get('idempotency-replayed'), 'true')
      }
      const { promise: enough, resolve } = Promise.withResolvers<void>()
      let left = 40 + 20 * round
      const onAcknowledged = () => {
        left -= 1
        if (left === 0) resolve()
      }
      const writers = Array.from({ length: WRITERS }, () =>
        writeUntilGone(server.call, token, { writes, onAcknowledged }),
      )
      await enough
      const { signal } = await server.end('SIGKILL')
      assert.equal(signal, 'SIGKILL')
      await Promise.all(writers)
    }

    const loggia = await startLoggia({}, { dataDir: DATA_DIR, clock: () => Date.now() + LEASE_MS })
    for (const write of writes.filter(({ acknowledged }) => acknowledged === null)) {
      write.acknowledged = await send(loggia.call, token, write)
      assert.equal(write.acknowledged.status, 201)
    }
    const tasks = await namesOfTasks(loggia.call, token)
    await loggia.drain()
    await loggia.close()

    assert.deepEqual(tasks.sort(), namesOf(writes, 'task'))
    const users = await stored(DATA_DIR, "select username from users where username != 'writer'")
    assert.deepEqual(users.map(({ username }) => username).sort(), namesOf(writes, 'user'))
    const mails = await stored(
      DATA_DIR,
      'select username, state from mails join users on users.id = mails.user_id',
    )
    assert.deepEqual(mails.map(({ username }) => username).sort(), namesOf(writes, 'user'))
    assert.deepEqual(new Set(mails.map(({ state }) => state)), new Set(['kept']))
    assert.deepEqual(await stored(DATA_DIR, 'select * from outbox'), [])
    assert.deepEqual(await stored(DATA_DIR, "select * from queue_messages where queue like 'jobs/%'"), [])
  })
})
