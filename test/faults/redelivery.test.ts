import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { linkToken, mailsTo } from '../support/mails.ts'
import { startServer, withFolder } from '../support/process.ts'
import { stored, tamper } from '../support/stored.ts'

/** What a crash leaves behind that struck after a job ran and before that was noted: the job, to be run again. */
async function runAgain(loggia: TestLoggia, jobs: Record<string, unknown>[]): Promise<void> {
  const rows = jobs.map(({ job, payload }) => `('${job}', '${payload}', 0)`)
  await tamper(loggia.dataDir, `insert into outbox (job, payload, created_at) values ${rows.join(', ')}`)
  await loggia.drain()
}

/** The jobs of these requests, caught before anybody ran them. */
async function jobsOf(DATA_DIR: string, ask: (call: TestLoggia['call']) => Promise<unknown>) {
  const web = await startServer({ DATA_DIR, ROLE: 'web' })
  await ask(web.call)
  await web.end('SIGTERM')
  return stored(DATA_DIR, 'select job, payload from outbox order by id')
}

const ANA = { username: 'ana', password: PASSWORD, email: 'ana@example.org' }

test('a mail whose job runs again is not sent again', async () => {
  await withFolder(async (DATA_DIR) => {
    const jobs = await jobsOf(DATA_DIR, (call) => call('POST', '/api/v1/auth/register', { body: ANA }))
    const loggia = await startLoggia({}, { dataDir: DATA_DIR })
    await loggia.drain()
    const once = await stored(DATA_DIR, 'select * from mails')
    await runAgain(loggia, jobs)
    const twice = await stored(DATA_DIR, 'select * from mails')
    await loggia.close()
    assert.equal(jobs.length, 1)
    assert.equal(once.length, 1)
    assert.deepEqual(twice, once)
  })
})

test('a request for a new password whose job runs again is not answered again', async () => {
  await withFolder(async (DATA_DIR) => {
    const jobs = await jobsOf(DATA_DIR, async (call) => {
      await call('POST', '/api/v1/auth/register', { body: { ...ANA, email: undefined } })
      const { body } = await call('POST', '/api/v1/auth/login', {
        body: { username: ANA.username, password: PASSWORD },
      })
      const patch = { token: body.access_token, body: { email: ANA.email } }
      await call('PATCH', `/api/v1/users/${body.user.id}`, patch)
      await call('POST', '/api/v1/auth/password/forgot', { body: { email: ANA.email } })
    })
    const loggia = await startLoggia({}, { dataDir: DATA_DIR })
    const { token: admin } = await loggia.registerAdmin('root')
    await loggia.drain()
    await runAgain(loggia, jobs)
    const mails = await mailsTo(loggia, admin, ANA.email)
    const body = { token: linkToken(mails[0], 'reset'), new_password: 'another password' }
    const reset = await loggia.call('POST', '/api/v1/auth/password/reset', { body })
    await runAgain(loggia, jobs)
    const later = await mailsTo(loggia, admin, ANA.email)
    await loggia.close()
    assert.equal(jobs.length, 1)
    assert.equal(mails.length, 1)
    assert.equal(reset.status, 204)
    assert.equal(later.length, 1)
  })
})
