import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { linkToken, mailsTo } from '../support/mails.ts'
import { withFolder } from '../support/process.ts'
import { stored, tamper } from '../support/stored.ts'

interface Job {
  job: string
  payload: Record<string, unknown>
}

/** More tries than any job has. */
const TRIES_MAX = 100

const ANA = { username: 'ana', password: PASSWORD, email: 'ana@example.org' }

/** What a crash leaves behind that struck after a job ran and before that was noted: the job, to be run again. */
async function runAgain({ dataDir, drain }: TestLoggia, jobs: Job[]): Promise<void> {
  const rows = jobs.map(({ job, payload }) => `('${job}', '${JSON.stringify(payload)}', 0)`)
  await tamper(dataDir, `insert into outbox (job, payload, created_at) values ${rows.join(', ')}`)
  await drain()
}

/** The same after a job that has killed its worker at every try. */
async function giveUp({ dataDir, drain }: TestLoggia, jobs: Job[]): Promise<void> {
  const rows = jobs.map(
    ({ job, payload }) => `('jobs/${job}', '${JSON.stringify(payload)}', 'waiting', 0, ${TRIES_MAX}, 0)`,
  )
  const columns = 'queue, body, state, held_until, deliveries, pushed_at'
  await tamper(dataDir, `insert into queue_messages (${columns}) values ${rows.join(', ')}`)
  await drain()
}

const jobsOf = async ({ dataDir }: TestLoggia, job: string, query: string): Promise<Job[]> =>
  (await stored(dataDir, query)).map((payload) => ({ job, payload }))

test('a mail whose job runs again is not sent again', async () => {
  await withFolder(async (DATA_DIR) => {
    const loggia = await startLoggia({}, { dataDir: DATA_DIR })
    await loggia.register('ana', { email: ANA.email })
    await loggia.drain()
    const once = await stored(DATA_DIR, 'select * from mails')
    await runAgain(loggia, await jobsOf(loggia, 'mail', 'select id from mails'))
    const twice = await stored(DATA_DIR, 'select * from mails')
    await loggia.close()
    assert.deepEqual(
      once.map(({ state }) => state),
      ['kept'],
    )
    assert.deepEqual(twice, once)
  })
})

test('a request for a new password whose job runs again is not answered again', async () => {
  await withFolder(async (DATA_DIR) => {
    const loggia = await startLoggia({}, { dataDir: DATA_DIR })
    const { token: admin } = await loggia.registerAdmin('root')
    const ana = await loggia.register('ana')
    await loggia.call('PATCH', `/api/v1/users/${ana.id}`, { token: ana.token, body: { email: ANA.email } })
    await loggia.call('POST', '/api/v1/auth/password/forgot', { body: { email: ANA.email } })
    await loggia.drain()
    const request = `select '${ANA.email}' as email, id as request from reset_requests`
    const jobs = await jobsOf(loggia, 'password-reset', request)
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

test('what has left and what is ready stays so when the repeat of its job kills its workers', async () => {
  await withFolder(async (DATA_DIR) => {
    // On the tables, whatever the suite runs on: only there a message can be given a past.
    const onTables = { REDIS_URL: '', AMQP_URL: '' }
    const loggia = await startLoggia(onTables, { dataDir: DATA_DIR })
    const { id: subject_id, token } = await loggia.register('ana', { email: ANA.email })
    await loggia.call('POST', '/api/v1/documents', { token, body: { template: 'profile', subject_id } })
    await loggia.drain()
    const fates = async () => [
      ...(await stored(DATA_DIR, 'select state, error, finished_at from mails')),
      ...(await stored(DATA_DIR, 'select state, error, finished_at from documents')),
    ]
    const before = await fates()
    await giveUp(loggia, [
      ...(await jobsOf(loggia, 'mail', 'select id from mails')),
      ...(await jobsOf(loggia, 'document', 'select id from documents')),
    ])
    const after = await fates()
    const dead = await stored(
      DATA_DIR,
      "select queue from queue_messages where state = 'dead' order by queue",
    )
    await loggia.close()
    assert.deepEqual(
      before.map(({ state }) => state),
      ['kept', 'ready'],
    )
    assert.deepEqual(after, before)
    assert.deepEqual(
      dead.map(({ queue }) => queue),
      ['jobs/document', 'jobs/mail'],
    )
  })
})
