import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { mailUrl } from '../../src/kit/mail-url.ts'
import { type Mailer, type OutgoingMail, openMailer } from '../../src/platform/mailer/index.ts'
import { startMailgun, type TestMailgun } from '../support/mailgun-server.ts'
import { startSmtpServer, type TestSmtpServer } from '../support/smtp-server.ts'

const MAIL: OutgoingMail = {
  messageId: '<1f0a@loggia.example>',
  from: 'Loggia <post@loggia.example>',
  to: 'ana@example.org',
  subject: 'Hello',
  html: '<p>Hello</p>',
  text: 'Hello',
}
const HIDDEN = 'Bcc: eve@example.org'

suite('what no transport lets into a header', () => {
  let smtp: TestSmtpServer
  let mailgun: TestMailgun
  let mailers: Record<string, Mailer>

  before(async () => {
    smtp = await startSmtpServer()
    mailgun = await startMailgun()
    const urls = ['outbox:', `smtp://127.0.0.1:${smtp.port}`, mailgun.url]
    mailers = Object.fromEntries(urls.map((url) => [url.split(':')[0], openMailer(mailUrl(url))]))
  })
  after(async () => {
    for (const mailer of Object.values(mailers)) await mailer.close()
    await smtp.close()
    await mailgun.close()
  })
  beforeEach(() => {
    smtp.received = []
    mailgun.submissions = []
  })

  const refused: [what: string, Partial<OutgoingMail>][] = [
    ['a line break in the subject', { subject: `Hello\r\n${HIDDEN}` }],
    ['a bare line feed in the subject', { subject: `Hello\n${HIDDEN}` }],
    ['a line separator in the subject', { subject: `Hello\u2028${HIDDEN}` }],
    ['NUL in the subject', { subject: 'Hello\0' }],
    ['10,000 characters in the subject', { subject: 'x'.repeat(10_000) }],
    ['a line break in the recipient', { to: `ana@example.org\r\n${HIDDEN}` }],
    ['two recipients', { to: 'ana@example.org, eve@example.org' }],
    ['two recipients without a space', { to: 'ana@example.org,eve@example.org' }],
    ['a recipient with a name', { to: 'Ana <ana@example.org>' }],
    ['a recipient that ends its command', { to: 'ana@example.org> SIZE=1' }],
    ['no recipient', { to: '' }],
    ['a line break in the sender', { from: `Loggia <post@loggia.example>\r\n${HIDDEN}` }],
    ['a line break in the Message-ID', { messageId: `<1@loggia.example>\r\n${HIDDEN}` }],
  ]
  for (const transport of ['outbox', 'smtp', 'mailgun']) {
    for (const [what, part] of refused) {
      test(`${transport} refuses ${what} before a word is said`, async () => {
        const begun: string[] = []
        const outcome = await mailers[transport]?.send({ ...MAIL, ...part }, async () => {
          begun.push(what)
        })
        assert.equal(outcome?.state, 'refused')
        assert.deepEqual([begun, smtp.received, mailgun.submissions], [[], [], []])
      })
    }
  }

  const taken: [what: string, subject: string][] = [
    ['markup', '<b>x</b> &amp; {{x}} %recipient.name%'],
    ['quotes', 'a","x: y; ,'],
    ['every script', 'Имя שם नाम 名前 👩‍👧'],
    ['an encoded word', `=?utf-8?q?Hello=0D=0A${HIDDEN}?=`],
    ['a line as long as is taken', 'ы'.repeat(900)],
  ]
  for (const [what, subject] of taken) {
    test(`${what} in a subject stays in the subject`, async () => {
      const sent = await mailers['smtp']?.send({ ...MAIL, subject }, async () => {})
      assert.deepEqual(sent, { state: 'sent' })
      const [head = ''] = smtp.received[0]?.raw.split('\r\n\r\n') ?? []
      const names = head.match(/^[^\s:]+(?=:)/gm)?.map((name) => name.toLowerCase())
      const expected = ['content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to']
      assert.deepEqual(names?.sort(), expected)
      for (const line of head.split('\r\n')) assert.ok(line.length < 998)
      assert.deepEqual(await mailers['mailgun']?.send({ ...MAIL, subject }, async () => {}), {
        state: 'sent',
      })
      assert.equal(mailgun.submissions[0]?.fields['subject'], subject)
    })
  }

  for (const transport of ['smtp', 'mailgun']) {
    test(`${transport} sends nothing when the handing over is called off`, async () => {
      const outcome = await mailers[transport]?.send(MAIL, async () => {
        throw new Error('Somebody else has it')
      })
      assert.deepEqual(outcome, { state: 'delayed', reason: 'Somebody else has it' })
      assert.deepEqual([smtp.received, mailgun.submissions], [[], []])
    })
  }

  test('SMTP says that it hands over when the server has agreed to take it, and not before', async () => {
    smtp.refusal = { at: 'recipient', by: { code: 550, words: 'No' } }
    const begun: string[] = []
    const send = () => mailers['smtp']?.send(MAIL, async () => void begun.push('handed over'))
    assert.deepEqual(await send(), { state: 'refused', reason: '550 No' })
    assert.deepEqual(begun, [])
    smtp.refusal = null
    assert.deepEqual(await send(), { state: 'sent' })
    assert.deepEqual(begun, ['handed over'])
  })
})
