import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { movableClock } from '../support/clock.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { mailsTo, type ReadMail } from '../support/mails.ts'
import { type Refusal, startSmtpServer, type TestSmtpServer } from '../support/smtp-server.ts'

/** Longer than any pause between two tries. */
const PAUSE_SECONDS = 3_601
const ADDRESS = 'ana@example.org'

suite('mail by SMTP', () => {
  let smtp: TestSmtpServer
  let loggia: TestLoggia
  let root: Person
  let time: ReturnType<typeof movableClock>

  beforeEach(async () => {
    smtp = await startSmtpServer()
    time = movableClock()
    await start(`smtp://127.0.0.1:${smtp.port}?timeout=4s`)
  })
  afterEach(async () => {
    await smtp.close()
    await loggia.close()
  })

  async function start(MAIL_URL: string): Promise<void> {
    const settings = { MAIL_URL, MAIL_FROM: 'Loggia <post@loggia.example>', ACCESS_TOKEN_TTL: '30d' }
    loggia = await startLoggia(settings, { clock: time.clock })
    root = await loggia.registerAdmin('root')
  }
  const restart = async (url: string) => {
    await loggia.close()
    await start(url)
  }
  const welcomed = async (username = 'ana', address = ADDRESS) => {
    await loggia.register(username, { email: address })
    return lastMail(address)
  }
  const lastMail = async (address = ADDRESS) => (await mailsTo(loggia, root.token, address))[0] as ReadMail
  const resend = ({ id }: ReadMail) =>
    loggia.call('POST', `/api/v1/mails/${id}/resend`, { token: root.token })

  test('a mail arrives whole: from whom, to whom, in two forms, under its Message-ID', async () => {
    const mail = await welcomed('Ана <b>&"')
    assert.equal(mail.state, 'sent')
    const [got] = smtp.received
    assert.equal(smtp.received.length, 1)
    assert.deepEqual([got?.from, got?.to], ['post@loggia.example', [ADDRESS]])
    assert.equal(got?.messageId, mail.message_id)
    const [head = ''] = got?.raw.split('\r\n\r\n') ?? []
    const names = head.match(/^[\w-]+(?=:)/gm)?.map((name) => name.toLowerCase())
    const expected = ['content-type', 'date', 'from', 'message-id', 'mime-version', 'subject', 'to']
    assert.deepEqual(names?.sort(), expected)
    assert.match(head, /^Content-Type: multipart\/alternative;/m)
    assert.match(got?.raw ?? '', /Content-Type: text\/plain; charset=utf-8[\s\S]*Content-Type: text\/html/)
  })

  const answers: [Refusal['at'], Refusal['by'], state: string, error: RegExp][] = [
    ['greeting', { code: 421, words: 'Too busy' }, 'queued', /^421 .*Too busy$/],
    ['greeting', 'cut', 'queued', /closed/],
    ['greeting', 'hang', 'queued', /Greeting never received|Timeout/],
    ['recipient', { code: 451, words: '4.7.1 Greylisted' }, 'queued', /^451 4\.7\.1 Greylisted$/],
    ['recipient', { code: 550, words: '5.1.1 No such user' }, 'failed', /^550 5\.1\.1 No such user$/],
    ['recipient', 'cut', 'queued', /closed/],
    ['message', { code: 421, words: 'Going down' }, 'queued', /^421 Going down$/],
    ['message', { code: 451, words: '4.3.0 Try again' }, 'queued', /^451 4\.3\.0 Try again$/],
    ['message', { code: 554, words: '5.7.1 Looks like\r\nspam' }, 'failed', /^554 5\.7\.1 Looks like.*spam$/],
    ['message', 'cut', 'unknown', /no answer came/],
    ['message', 'hang', 'unknown', /no answer came: .*Timeout/],
  ]
  for (const [at, by, state, error] of answers) {
    const what = typeof by === 'string' ? by : `answered ${by.code}`
    test(`${what} at the ${at}, a mail is ${state}, with the reason`, async () => {
      smtp.refusal = { at, by }
      const mail = await welcomed()
      assert.match(`${mail.error}`, error)
      assert.equal(mail.state, state)
      const arrived = smtp.received.length
      assert.equal(arrived, at === 'message' ? 1 : 0)

      smtp.refusal = null
      time.advance(PAUSE_SECONDS)
      const later = await lastMail()
      assert.equal(later.state, state === 'queued' ? 'sent' : state)
      assert.equal(smtp.received.length, arrived + (state === 'queued' ? 1 : 0))
      for (const { messageId } of smtp.received) assert.equal(messageId, mail.message_id)
    })
  }

  test('nobody listening, a mail waits for its next try', async () => {
    await smtp.close()
    const mail = await welcomed()
    assert.deepEqual([mail.state, mail.error?.includes('ECONNREFUSED')], ['queued', true])
  })

  test('a server that stays away for hours gets the mail given up, and an administrator sends it again', async () => {
    smtp.refusal = { at: 'recipient', by: { code: 450, words: 'Later' } }
    let mail = await welcomed()
    for (let tries = 1; mail.state === 'queued'; tries += 1) {
      assert.ok(tries < 100)
      time.advance(PAUSE_SECONDS)
      mail = await lastMail()
    }
    assert.equal(mail.state, 'failed')
    assert.match(`${mail.error}`, /^450 Later$/)
    smtp.refusal = null
    assert.equal((await resend(mail)).status, 202)
    assert.equal((await lastMail()).state, 'sent')
  })

  test('in doubt, it is sent again when an administrator says so, under the same Message-ID', async () => {
    smtp.refusal = { at: 'message', by: 'cut' }
    const mail = await welcomed()
    smtp.refusal = null
    const again = await resend(mail)
    assert.equal(again.status, 202)
    assert.equal(again.headers.get('location'), `/api/v1/mails/${mail.id}`)
    assert.deepEqual([again.body.state, again.body.error], ['queued', null])
    const sent = await lastMail()
    assert.deepEqual([sent.id, sent.state, sent.error], [mail.id, 'sent', null])
    assert.deepEqual(
      smtp.received.map(({ messageId }) => messageId),
      [mail.message_id, mail.message_id],
    )
  })

  test('on its way, a mail is not sent a second time', async () => {
    smtp.refusal = { at: 'recipient', by: { code: 451, words: 'Later' } }
    const mail = await welcomed()
    const refused = await resend(mail)
    assert.deepEqual([refused.status, refused.body.code], [409, 'mail_underway'])
  })

  test('two administrators who send it again at once send it once', async () => {
    const mail = await welcomed()
    const answers = await Promise.all([resend(mail), resend(mail)])
    assert.deepEqual(answers.map(({ status }) => status).sort(), [202, 409])
    await loggia.drain()
    assert.equal(smtp.received.length, 2)
  })

  test('a refusal of one mail does not hold up the others', async () => {
    smtp.refusal = { at: 'recipient', by: { code: 550, words: 'No' } }
    await welcomed('ana', ADDRESS)
    smtp.refusal = null
    const others = await Promise.all(
      Array.from({ length: 12 }, (_, index) => welcomed(`person${index}`, `p${index}@example.org`)),
    )
    assert.deepEqual(new Set(others.map(({ state }) => state)), new Set(['sent']))
    assert.equal(new Set(smtp.received.map(({ messageId }) => messageId)).size, 12)
    assert.equal(smtp.received.length, 12)
  })

  test('a password that the mail server refuses is told and not repeated', async () => {
    await restart(`smtp://post:wrong@127.0.0.1:${smtp.port}`)
    const mail = await welcomed()
    assert.deepEqual([mail.state, mail.error], ['failed', 'Invalid login: 535 Who are you?'])
    assert.deepEqual(smtp.logins, [{ user: 'post', pass: 'wrong' }])
  })

  test('the name and password of the URL sign in, whatever characters they have', async () => {
    await restart(`smtp://po%40st:p%3A%2F%25w@127.0.0.1:${smtp.port}`)
    assert.equal((await welcomed()).state, 'sent')
    assert.deepEqual(smtp.logins, [{ user: 'po@st', pass: 'p:/%w' }])
  })

  test('the list shows one state, and what was said', async () => {
    smtp.refusal = { at: 'recipient', by: { code: 550, words: 'No' } }
    const failed = await welcomed('ana', ADDRESS)
    smtp.refusal = null
    await welcomed('bob', 'bob@example.org')
    const list = (state: string) => loggia.call('GET', `/api/v1/mails?state=${state}`, { token: root.token })
    const { items } = (await list('failed')).body
    assert.deepEqual(
      items.map(({ id, error }: ReadMail) => [id, error]),
      [[failed.id, '550 No']],
    )
    assert.equal((await list('sent')).body.items.length, 1)
    assert.equal((await list('lost')).status, 422)
  })
})
