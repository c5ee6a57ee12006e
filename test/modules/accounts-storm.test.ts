import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { PASSWORD } from '../support/loggia.ts'
import { type ServerProcess, startServer, withFolder } from '../support/process.ts'

const LOGINS = 500
/** A request that waits for no hash; generous, for a machine that does other things as well. */
const QUICK_MS = 400

/** Each from an address of its own, so that only the account and the work count. */
async function login(server: ServerProcess, username: string, from: number) {
  const body = { username, password: PASSWORD }
  const headers = { 'x-forwarded-for': `10.0.${from >> 8}.${from & 255}` }
  return server.call('POST', '/api/v1/auth/login', { body, headers })
}

/** How long each look took, one after the other, until `work` is done. */
async function lookWhile(work: Promise<unknown>, look: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  let done = false
  work.finally(() => {
    done = true
  })
  while (!done) {
    const began = performance.now()
    await look()
    times.push(performance.now() - began)
  }
  return times
}

suite('a storm of sign-ins', () => {
  const storms: [what: string, nameOf: (index: number) => string][] = [
    ['to one account', () => 'person0'],
    ['to many accounts', (index) => `person${index % 5}`],
    ['to accounts that are not there', (index) => `nobody${index}`],
  ]
  for (const [what, nameOf] of storms) {
    test(`${what}: some are told to come back, the process answers others, and then all is well`, async () => {
      await withFolder(async (DATA_DIR) => {
        const server = await startServer({ DATA_DIR, TRUSTED_PROXIES: '127.0.0.1' })
        for (let index = 0; index < 5; index += 1) {
          const body = { username: `person${index}`, password: PASSWORD }
          await server.call('POST', '/api/v1/auth/register', { body })
        }
        const storm = Promise.all(
          Array.from({ length: LOGINS }, (_, index) => login(server, nameOf(index), index)),
        )
        const times = await lookWhile(storm, () => server.call('GET', '/livez'))
        const answers = await storm
        const later = await login(server, 'person0', LOGINS)
        await server.end('SIGTERM')

        const busy = answers.filter(({ status }) => status === 503)
        const expected = nameOf(0).startsWith('nobody') ? 401 : 200
        const seen = answers.filter(({ status }) => status === expected)
        assert.ok(busy.length > 0, 'nobody was told to come back')
        assert.ok(seen.length > 0, 'nobody was seen to')
        assert.equal(busy.length + seen.length, LOGINS)
        for (const { headers, body } of busy) {
          assert.equal(body.code, 'login_busy')
          assert.ok(Number(headers.get('retry-after')) >= 1)
        }
        const median = times.sort((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0
        assert.ok(median < QUICK_MS, `/livez took ${median} ms`)
        assert.equal(later.status, 200)
      })
    })
  }
})
