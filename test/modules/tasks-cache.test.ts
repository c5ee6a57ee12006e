import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

const PAIRS = 1000
const ADDRESSES = ['tasks?limit=100', 'tasks?limit=100&sort=text', 'tasks?limit=100&done=false']

/** The lists of one person as they must be, and a random change to them. */
function createModel(person: Person) {
  const tasks = new Map<number, { text: string; done: boolean }>()

  async function change({ call }: TestLoggia, random: () => number): Promise<void> {
    const ids = [...tasks.keys()]
    const id = ids[Math.floor(random() * ids.length)]
    const { token } = person
    const kind = id === undefined || tasks.size < 5 ? 0 : Math.floor(random() * 4)
    if (kind === 0 || id === undefined) {
      const text = `${person.username} ${random()}`
      const { body } = await call('POST', '/api/v1/tasks', { token, body: { text } })
      tasks.set(body.id, { text, done: false })
    } else if (kind === 1) {
      const text = `${person.username} ${random()}`
      await call('PATCH', `/api/v1/tasks/${id}`, { token, body: { text } })
      tasks.set(id, { text, done: tasks.get(id)?.done ?? false })
    } else if (kind === 2) {
      await call('POST', '/api/v1/tasks/batch', { token, body: { complete: [id] } })
      tasks.set(id, { text: tasks.get(id)?.text ?? '', done: true })
    } else {
      await call('DELETE', `/api/v1/tasks/${id}`, { token })
      tasks.delete(id)
    }
  }

  function expected(address: string) {
    const shown = [...tasks].filter(([, { done }]) => !address.includes('done=false') || !done)
    return shown.map(([id, { text, done }]) => `${id} ${text} ${done}`).sort()
  }
  return { person, change, expected }
}

/** Mulberry32: the same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

test('what an owner wrote on any server is in the next list on any server, and in nobody else’s', async () => {
  const first = await startLoggia()
  const second = await startLoggia({}, { dataDir: first.dataDir })
  const servers = [first, second]
  const models = [createModel(await first.register('ana')), createModel(await second.register('ben'))]

  // Two people at once, each with changes and reads in turn.
  const stale = await Promise.all(
    models.map(async ({ person, change, expected }, seed) => {
      const random = seeded(seed + 1)
      const pick = <Item>(items: Item[]) => items[Math.floor(random() * items.length)] as Item
      let wrong = 0
      for (let pair = 0; pair < PAIRS / models.length; pair += 1) {
        await change(pick(servers), random)
        const address = pick(ADDRESSES)
        const { body } = await pick(servers).call('GET', `/api/v1/${address}`, { token: person.token })
        const seen = body.items.map((task: { id: number; text: string; done: boolean }) => {
          return `${task.id} ${task.text} ${task.done}`
        })
        if (JSON.stringify(seen.sort()) !== JSON.stringify(expected(address))) wrong += 1
      }
      return wrong
    }),
  )
  await second.close()
  await first.close()
  assert.deepEqual(stale, [0, 0])
})

test('an unchanged list is a 304 on every server, and a change anywhere ends that', async () => {
  const first = await startLoggia()
  const second = await startLoggia({}, { dataDir: first.dataDir })
  const { token } = await first.register('ana')
  const { body: task } = await first.call('POST', '/api/v1/tasks', { token, body: { text: 'one' } })
  const { headers } = await first.call('GET', '/api/v1/tasks', { token })
  const seen = { 'if-none-match': String(headers.get('etag')) }
  for (const { call } of [first, second])
    assert.equal((await call('GET', '/api/v1/tasks', { token, headers: seen })).status, 304)
  await second.call('PATCH', `/api/v1/tasks/${task.id}`, { token, body: { done: true } })
  for (const { call } of [first, second])
    assert.equal((await call('GET', '/api/v1/tasks', { token, headers: seen })).status, 200)
  await second.close()
  await first.close()
})
