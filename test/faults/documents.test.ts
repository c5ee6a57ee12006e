import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PASSWORD, startLoggia } from '../support/loggia.ts'
import { ask, reading, textOf } from '../support/pdf.ts'
import { eventually, startServer, withFolder } from '../support/process.ts'
import { stored } from '../support/stored.ts'

const ROUNDS = 3
const ASKED_AT_ONCE = 12
/** Longer than any job is leased: what the killed process held may be taken again. */
const LEASE_MS = 120_000

test('a server killed -9 while it draws gives each document once, whole', reading, async () => {
  await withFolder(async (DATA_DIR) => {
    let token = ''
    let subject_id = 0
    const asked: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const server = await startServer({ DATA_DIR })
      if (round === 0) {
        const body = { username: 'Ана', password: PASSWORD }
        const registered = (await server.call('POST', '/api/v1/auth/register', { body })).body
        token = registered.access_token
        subject_id = registered.user.id
      }
      const body = { template: 'profile', subject_id }
      const request = async () => (await server.call('POST', '/api/v1/documents', { token, body })).body.id
      asked.push(...(await Promise.all(Array.from({ length: ASKED_AT_ONCE }, request))))
      // Each round dies at another step: some are queued, some running, some ready.
      const finished = "select id from documents where state in ('running', 'ready')"
      await eventually(async () => (await stored(DATA_DIR, finished)).length > round * ASKED_AT_ONCE)
      assert.equal((await server.end('SIGKILL')).signal, 'SIGKILL')
    }

    const loggia = await startLoggia({}, { dataDir: DATA_DIR, clock: () => Date.now() + LEASE_MS })
    await loggia.drain()
    await loggia.close()

    const rows = await stored(DATA_DIR, 'select id, state, error from documents order by id')
    const ready = asked
      .toSorted((one, other) => one - other)
      .map((id) => ({ id, state: 'ready', error: null }))
    assert.deepEqual(rows, ready)
    const folder = join(DATA_DIR, 'files/documents')
    const whole = readdirSync(folder).filter((name) => !name.endsWith('.part'))
    assert.deepEqual(new Set(whole), new Set(asked.map((id) => `${id}.pdf`)))
    const [first, ...others] = whole.map((name) => readFileSync(join(folder, name)))
    assert.ok(textOf(first as Buffer).includes('Ана'))
    ask('qpdf', ['--check', join(folder, String(whole[0]))])
    // The same facts give the same bytes, whichever process drew them.
    for (const other of others) assert.ok(other.equals(first as Buffer))
    assert.deepEqual(await stored(DATA_DIR, 'select * from outbox'), [])
  })
})
