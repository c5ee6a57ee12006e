import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'

const TOUR = fileURLToPath(new URL('../../examples/tour.ts', import.meta.url))

suite('the tour', () => {
  let loggia: TestLoggia

  before(async () => {
    loggia = await startLoggia()
  })
  after(() => loggia.close())

  async function tour(args: string[], env: Record<string, string> = {}) {
    const child = spawn(process.execPath, [TOUR, ...args], { env: { PATH: process.env['PATH'], ...env } })
    const ended = once(child, 'close')
    const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)])
    const [code] = await ended
    return { code, output, errors }
  }

  test('walks through every arch with the setup link, and then again as an administrator who signs in', async () => {
    const token = await loggia.loggia.registration.setupToken()
    const first = await tour([`${loggia.address}/setup?token=${token}`])
    assert.equal(first.code, 0, first.errors + first.output)
    assert.match(first.output, /event: alert/)
    assert.match(first.output, /bytes that begin with %PDF-/)
    assert.match(first.output, /idempotency-replayed: true/)
    assert.match(first.output, /"template": "welcome"/)
    assert.match(first.output, /That was every arch once/)

    await loggia.registerAdmin('guide')
    const env = { LOGGIA_URL: loggia.address, ADMIN_USERNAME: 'guide', ADMIN_PASSWORD: PASSWORD }
    assert.equal((await tour([], env)).code, 0)
  })

  test('says what it needs when it is given nothing', async () => {
    const { code, errors } = await tour([], { LOGGIA_URL: loggia.address })
    assert.equal(code, 64)
    assert.match(errors, /setup link/)
  })
})
