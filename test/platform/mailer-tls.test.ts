import assert from 'node:assert/strict'
import { after, afterEach, before, suite, test } from 'node:test'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { mailUrl } from '../../src/kit/mail-url.ts'
import { openMailer } from '../../src/platform/mailer/index.ts'
import { selfSigned } from '../support/self-signed.ts'
import { startSmtpServer, type TestSmtpServer } from '../support/smtp-server.ts'

const MAIL = {
  messageId: '<1f0a@loggia.example>',
  from: 'post@loggia.example',
  to: 'ana@example.org',
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
}

suite('mail by SMTP under TLS', () => {
  const pair = selfSigned()
  const trusted = getCACertificates('default')
  let encrypting: TestSmtpServer
  let plain: TestSmtpServer

  before(async () => {
    encrypting = await startSmtpServer(pair)
    plain = await startSmtpServer()
  })
  after(async () => {
    await encrypting.close()
    await plain.close()
  })
  afterEach(() => setDefaultCACertificates(trusted))

  async function sendBy(url: string) {
    const mailer = openMailer(mailUrl(url))
    const outcome = await mailer.send(MAIL, async () => {})
    await mailer.close()
    return outcome
  }

  test('STARTTLS is used where it is offered', async () => {
    setDefaultCACertificates([...trusted, pair.cert])
    assert.deepEqual(await sendBy(`smtp://localhost:${encrypting.port}`), { state: 'sent' })
    assert.equal(encrypting.received.at(-1)?.secure, true)
  })

  test('a certificate that nobody vouches for gets neither password nor mail', async () => {
    const { received, logins } = encrypting
    const before = [received.length, logins.length]
    const outcome = await sendBy(`smtp://post:secret@localhost:${encrypting.port}`)
    assert.equal(outcome.state, 'delayed')
    assert.match('reason' in outcome ? outcome.reason : '', /self-signed certificate/)
    assert.deepEqual([received.length, logins.length], before)
  })

  test('to another machine a password is never said in the clear', async () => {
    const outcome = await sendBy(`smtp://post:secret@0.0.0.0:${plain.port}`)
    assert.equal(outcome.state, 'refused')
    assert.match('reason' in outcome ? outcome.reason : '', /STARTTLS: 5/)
    assert.deepEqual([plain.received, plain.logins], [[], []])
  })
})
