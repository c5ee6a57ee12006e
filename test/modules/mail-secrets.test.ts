import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { movableClock } from '../support/clock.ts'
import { startLoggia, type TestLoggia } from '../support/loggia.ts'
import { linkToken, mailsTo, type ReadMail } from '../support/mails.ts'
import { startSmtpServer, type TestSmtpServer } from '../support/smtp-server.ts'
import { allStoredText, stored } from '../support/stored.ts'

const ADDRESS = 'ana@example.org'
const VERIFY_SECONDS = 3 * 24 * 3600
const DAY_SECONDS = 24 * 3600

suite('what is kept of mails', () => {
  let smtp: TestSmtpServer
  let loggia: TestLoggia
  let token: string
  let time: ReturnType<typeof movableClock>

  beforeEach(async () => {
    smtp = await startSmtpServer()
    time = movableClock()
  })
  afterEach(async () => {
    await smtp.close()
    await loggia.close()
  })

  async function start(settings: Record<string, string>): Promise<void> {
    loggia = await startLoggia({ ACCESS_TOKEN_TTL: '90d', ...settings }, { clock: time.clock })
    token = (await loggia.registerAdmin('root')).token
    await loggia.register('ana', { email: ADDRESS })
  }
  const bySmtp = () => ({ MAIL_URL: `smtp://127.0.0.1:${smtp.port}` })
  const lastMail = async () => (await mailsTo(loggia, token, ADDRESS))[0] as ReadMail
  const resend = ({ id }: ReadMail) => loggia.call('POST', `/api/v1/mails/${id}/resend`, { token })
  const sentTokens = () =>
    smtp.received.map(
      ({ raw }) => /verify\?token=(?:3D)?([\w-]{43})(?![\w-])/.exec(raw.replaceAll('=\r\n', ''))?.[1],
    )

  test('whoever administers cannot open the link of a mail that went to somebody else', async () => {
    await start(bySmtp())
    const { html, text } = await lastMail()
    const [secret] = sentTokens()
    assert.equal(secret?.length, 43)
    for (const part of [html, text]) {
      assert.match(part, /\/verify\?token=…/)
      assert.ok(!part.includes(String(secret)))
    }
  })

  test('sent again, a mail still has its link', async () => {
    await start(bySmtp())
    await resend(await lastMail())
    await loggia.drain()
    const [first, second] = sentTokens()
    assert.equal(first?.length, 43)
    assert.equal(second, first)
  })

  test('where mails are kept for reading, the link can be opened while it is valid, and not read after', async () => {
    await start({})
    const secret = linkToken(await lastMail(), 'verify')
    assert.equal(secret.length, 43)
    time.advance(VERIFY_SECONDS + 1)
    const { html, text } = await lastMail()
    assert.ok(!`${html}${text}`.includes(secret))
  })

  test('a link that has run out leaves the disk, and its mail is not sent again', async () => {
    await start({})
    const secret = linkToken(await lastMail(), 'verify')
    await loggia.loggia.purge()
    assert.ok((await allStoredText(loggia.dataDir)).includes(secret))
    time.advance(VERIFY_SECONDS + 1)
    await loggia.loggia.purge()
    assert.ok(!(await allStoredText(loggia.dataDir)).includes(secret))
    const mail = await lastMail()
    assert.match(mail.text, /\/verify\?token=…\n/)
    const refused = await resend(mail)
    assert.deepEqual([refused.status, refused.body.code], [409, 'mail_outdated'])
  })

  test('a mail whose link ran out while it waited for the mail server is given up', async () => {
    smtp.refusal = { at: 'recipient', by: { code: 451, words: 'Later' } }
    await start(bySmtp())
    assert.equal((await lastMail()).state, 'queued')
    smtp.refusal = null
    time.advance(VERIFY_SECONDS + 1)
    const mail = await lastMail()
    assert.equal(mail.state, 'failed')
    assert.match(`${mail.error}`, /link in it ran out/)
    assert.deepEqual(smtp.received, [])
  })

  test('mails go when MAIL_RETENTION is over, but not while they are on their way', async () => {
    smtp.refusal = { at: 'recipient', by: { code: 451, words: 'Later' } }
    await start({ ...bySmtp(), MAIL_RETENTION: '1d' })
    assert.equal((await lastMail()).state, 'queued')
    const count = async () => (await stored(loggia.dataDir, 'select id from mails')).length
    time.advance(2 * DAY_SECONDS)
    await loggia.loggia.purge()
    assert.equal(await count(), 1)
    smtp.refusal = null
    assert.equal((await lastMail()).state, 'sent')
    await loggia.loggia.purge()
    assert.equal(await count(), 0)
  })
})
