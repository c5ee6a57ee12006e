import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { openInstallation } from '../support/installation.ts'
import { PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { mailsTo } from '../support/mails.ts'
import { eventually, startServer } from '../support/process.ts'
import { startSmtpServer, type TestSmtpServer } from '../support/smtp-server.ts'
import { stored, tamper } from '../support/stored.ts'

/** Longer than any job is leased: what the killed process held may be taken again. */
const LEASE_MS = 120_000
const ANA = { username: 'ana', password: PASSWORD, email: 'ana@example.org' }

suite('mail when something breaks', () => {
  let folder: Awaited<ReturnType<typeof openInstallation>>
  let smtp: TestSmtpServer
  let MAIL_URL: string

  beforeEach(async () => {
    folder = await openInstallation()
    smtp = await startSmtpServer()
    MAIL_URL = `smtp://127.0.0.1:${smtp.port}`
  })
  afterEach(async () => {
    await smtp.close()
    await folder.remove()
  })

  const messageIds = () => smtp.received.map(({ messageId }) => messageId)

  /** A process that is killed while it sends a mail and the mail server is silent at this stage; then another one. */
  async function outlive(at: 'greeting' | 'message'): Promise<TestLoggia> {
    smtp.refusal = { at, by: 'hang' }
    const server = await startServer({ DATA_DIR: folder.path, MAIL_URL })
    await server.call('POST', '/api/v1/auth/register', { body: ANA })
    await smtp.reached(at)
    await server.end('SIGKILL')
    smtp.refusal = null
    const later = () => Date.now() + LEASE_MS
    const loggia = await startLoggia({ MAIL_URL }, { dataDir: folder.path, clock: later })
    await loggia.drain()
    return loggia
  }

  test('killed before the server agreed to take a mail, it is sent once', async () => {
    const loggia = await outlive('greeting')
    const { token } = await loggia.registerAdmin('root')
    const [mail] = await mailsTo(loggia, token, ANA.email)
    await loggia.close()
    assert.equal(mail?.state, 'sent')
    assert.deepEqual(messageIds(), [mail?.message_id])
  })

  test('killed between sending a mail and noting the answer, it is left in doubt and not sent again', async () => {
    const loggia = await outlive('message')
    const { token } = await loggia.registerAdmin('root')
    const [mail] = await mailsTo(loggia, token, ANA.email)
    assert.equal(mail?.state, 'unknown')
    assert.match(`${mail?.error}`, /when the process stopped/)
    assert.deepEqual(messageIds(), [mail?.message_id])

    await loggia.call('POST', `/api/v1/mails/${mail?.id}/resend`, { token })
    const [again] = await mailsTo(loggia, token, ANA.email)
    await loggia.close()
    assert.deepEqual([again?.id, again?.state], [mail?.id, 'sent'])
    assert.deepEqual(messageIds(), [mail?.message_id, mail?.message_id])
  })

  test('a job that runs twice at once sends once, and a late answer settles the doubt', async () => {
    smtp.refusal = { at: 'message', by: 'hang' }
    const loggia = await startLoggia({ MAIL_URL }, { dataDir: folder.path })
    await loggia.register(ANA.username, { email: ANA.email })
    await smtp.reached('message')
    const state = async () => (await stored(folder.path, 'select state from mails'))[0]?.['state']
    assert.equal(await state(), 'sending')

    const [{ id } = {}] = await stored(folder.path, 'select id from mails')
    await tamper(
      folder.path,
      `insert into outbox (job, payload, created_at) values ('mail', '{"id":${id}}', 0)`,
    )
    const drained = loggia.drain()
    await eventually(async () => (await state()) === 'unknown')

    smtp.release()
    await drained
    assert.equal(await state(), 'sent')
    assert.equal(smtp.received.length, 1)
    await loggia.close()
  })

  test('a mail server that hangs holds up no registration, and gets the mails when it is back', async () => {
    smtp.refusal = { at: 'greeting', by: 'hang' }
    const loggia = await startLoggia({ MAIL_URL }, { dataDir: folder.path })
    for (let index = 0; index < 20; index += 1) {
      await loggia.register(`person${index}`, { email: `person${index}@example.org` })
    }
    await smtp.reached('greeting', 5)
    const queued = await stored(folder.path, 'select state from mails')
    assert.deepEqual(
      queued.map(({ state }) => state),
      Array.from({ length: 20 }, () => 'queued'),
    )
    smtp.refusal = null
    smtp.release()
    await smtp.until(20)
    await loggia.drain()
    assert.equal(new Set(messageIds()).size, 20)
    assert.equal(smtp.received.length, 20)
    await loggia.close()
  })
})
