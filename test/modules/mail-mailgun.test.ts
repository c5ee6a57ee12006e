import assert from 'node:assert/strict'
import { after, before, beforeEach, suite, test } from 'node:test'
import { movableClock } from '../support/clock.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { QUEUED, startMailgun, type TestMailgun } from '../support/mailgun-server.ts'
import { mailsTo, type ReadMail } from '../support/mails.ts'

/** Longer than any pause between two tries. */
const PAUSE_SECONDS = 3_601

suite('mail by Mailgun', () => {
  let mailgun: TestMailgun
  let loggia: TestLoggia
  let root: Person
  const time = movableClock()
  let people = 0

  before(async () => {
    mailgun = await startMailgun('&timeout=4s')
    const settings = { MAIL_URL: mailgun.url, MAIL_FROM: 'post@loggia.example', ACCESS_TOKEN_TTL: '30d' }
    loggia = await startLoggia(settings, { clock: time.clock })
    root = await loggia.registerAdmin('root')
  })
  after(async () => {
    await mailgun.close()
    await loggia.close()
  })
  beforeEach(() => {
    mailgun.submissions = []
    mailgun.answer = QUEUED
  })

  const mailOf = async (address: string) => (await mailsTo(loggia, root.token, address))[0] as ReadMail
  const welcomed = async () => {
    people += 1
    const email = `person${people}@example.org`
    await loggia.register(`person${people}`, { email })
    return mailOf(email)
  }

  test('a mail is submitted as its messages API asks for it', async () => {
    const mail = await welcomed()
    assert.equal(mail.state, 'sent')
    assert.equal(mailgun.submissions.length, 1)
    const [{ path, authorization, fields } = { path: '', authorization: '', fields: {} }] =
      mailgun.submissions
    assert.equal(path, 'POST /v3/mg.example.org/messages')
    assert.equal(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString(), 'api:key-abc')
    const { text, html, ...rest } = fields
    assert.deepEqual(rest, {
      from: 'post@loggia.example',
      to: mail.to,
      subject: mail.subject,
      'h:Message-Id': mail.message_id,
      'o:tracking': 'no',
    })
    assert.match(text ?? '', /\/verify\?token=[\w-]{43}\r?\n/)
    assert.match(html ?? '', /^<!DOCTYPE html>/)
  })

  const answers: [what: string, answer: TestMailgun['answer'], state: string, error: RegExp][] = [
    [
      '400',
      { status: 400, body: '{"message": "to parameter is not a valid address"}' },
      'failed',
      /^400 to par/,
    ],
    ['401', { status: 401, body: 'Forbidden' }, 'failed', /^401 Forbidden$/],
    ['404', { status: 404, body: '<html>\n\n<h1>gone</h1>' }, 'failed', /^404 <html> <h1>gone<\/h1>$/],
    ['301', { status: 301, body: '' }, 'failed', /^301 Moved Permanently$/],
    ['429', { status: 429, body: '{"message": "Too many"}' }, 'queued', /^429 Too many$/],
    ['500', { status: 500, body: '' }, 'queued', /^500 Internal Server Error$/],
    ['502 at length', { status: 502, body: 'x'.repeat(100_000) }, 'queued', /^502 x{400,500}…$/],
    ['nothing', 'hang', 'unknown', /no answer came: .*timeout/i],
    ['a closed connection', 'cut', 'unknown', /no answer came/],
  ]
  for (const [what, answer, state, error] of answers) {
    test(`answered with ${what}, a mail is ${state}, with the reason`, async () => {
      mailgun.answer = answer
      const mail = await welcomed()
      assert.match(`${mail.error}`, error)
      assert.equal(mail.state, state)
      assert.equal(mailgun.submissions.length, 1)

      mailgun.answer = QUEUED
      time.advance(PAUSE_SECONDS)
      const later = await mailOf(mail.to)
      assert.equal(later.state, state === 'queued' ? 'sent' : state)
      assert.equal(mailgun.submissions.length, state === 'queued' ? 2 : 1)
      for (const { fields } of mailgun.submissions) assert.equal(fields['h:Message-Id'], mail.message_id)
    })
  }

  test('nobody listening, a mail waits for its next try', async () => {
    const gone = await startMailgun()
    await gone.close()
    const away = await startLoggia({ MAIL_URL: gone.url })
    const admin = await away.registerAdmin('root')
    await away.register('ana', { email: 'ana@example.org' })
    const [mail] = await mailsTo(away, admin.token, 'ana@example.org')
    await away.close()
    assert.deepEqual([mail?.state, mail?.error?.includes('ECONNREFUSED')], ['queued', true])
  })
})
