import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { mailsTo } from '../support/mails.ts'
import { withFolder } from '../support/process.ts'
import { stored } from '../support/stored.ts'

suite('mail', () => {
  let loggia: TestLoggia
  let root: Person
  let ana: Person

  before(async () => {
    loggia = await startLoggia({ MAIL_FROM: 'Loggia <post@loggia.example>', PUBLIC_URL: 'https://l.example' })
    root = await loggia.registerAdmin('root')
    ana = await loggia.register('ana <b>&"', { email: 'ana@example.org', locale: 'es' })
    await loggia.drain()
  })
  after(() => loggia.close())

  test('a mail is listed without its words, and read with them', async () => {
    const { items } = (await loggia.call('GET', '/api/v1/mails', { token: root.token })).body
    const [mail] = await mailsTo(loggia, root.token, 'ana@example.org')
    const { html, text, ...listed } = mail ?? { html: '', text: '' }
    assert.deepEqual(items[0], listed)
    assert.match(text, /ana <b>&"/)
    assert.match(html, /ana &lt;b&gt;&amp;/)
    assert.doesNotMatch(html, /ana <b>/)
  })

  test('its links lead to the public address', async () => {
    const [mail] = await mailsTo(loggia, root.token, 'ana@example.org')
    assert.match(mail?.text ?? '', /https:\/\/l\.example\/verify\?token=/)
  })

  const languages: [chosen: string | undefined, header: string, subject: RegExp][] = [
    ['ru', 'es', /[а-я]/i],
    [undefined, 'es-MX,en;q=0.5', /te damos|bienvenid|loggia/i],
    [undefined, 'ja', /loggia/i],
  ]
  for (const [locale, header, subject] of languages) {
    test(`somebody who asked for ${locale ?? header} is written to in the language nearest to it`, async () => {
      const email = `${locale ?? header.slice(0, 2)}@example.org`
      const body = { username: email.replace('@', ' at '), password: 'correct horse battery', email, locale }
      await loggia.call('POST', '/api/v1/auth/register', { body, headers: { 'accept-language': header } })
      const [mail] = await mailsTo(loggia, root.token, email)
      const expected = locale ?? (header.startsWith('es') ? 'es' : 'en')
      assert.match(mail?.subject ?? '', subject)
      assert.match(mail?.html ?? '', new RegExp(`lang="${expected}"`))
    })
  }

  test('sent again, it is the same mail under the same Message-ID', async () => {
    const [first] = await mailsTo(loggia, root.token, 'ana@example.org')
    const path = `/api/v1/mails/${first?.id}/resend`
    const made = await loggia.call('POST', path, { token: root.token })
    assert.equal(made.status, 202)
    assert.equal(made.headers.get('location'), `/api/v1/mails/${first?.id}`)
    assert.equal(made.body.state, 'queued')
    const [second, ...more] = await mailsTo(loggia, root.token, 'ana@example.org')
    assert.deepEqual({ ...second, finished_at: null }, { ...first, finished_at: null })
    assert.match(second?.message_id ?? '', /^<[\w-]+@loggia\.example>$/)
    assert.deepEqual(more, [])
  })

  test('a list pages from the newest on, each mail once', async () => {
    const seen: number[] = []
    let cursor = ''
    do {
      const { body } = await loggia.call('GET', `/api/v1/mails?limit=2${cursor}`, { token: root.token })
      seen.push(...body.items.map(({ id }: { id: number }) => id))
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`
    } while (cursor !== '')
    const kept = await stored(loggia.dataDir, 'select id from mails order by id desc')
    assert.deepEqual(
      seen,
      kept.map(({ id }) => id),
    )
  })

  const refusals: [method: string, path: string, by: () => Person | undefined, status: number][] = [
    ['GET', '/api/v1/mails', () => ana, 403],
    ['GET', '/api/v1/mails/1', () => ana, 403],
    ['POST', '/api/v1/mails/1/resend', () => ana, 403],
    ['GET', '/api/v1/mails', () => undefined, 401],
    ['GET', '/api/v1/mails/1', () => undefined, 401],
    ['POST', '/api/v1/mails/1/resend', () => undefined, 401],
    ['GET', '/api/v1/mails/999999', () => root, 404],
    ['POST', '/api/v1/mails/999999/resend', () => root, 404],
    ['GET', '/api/v1/mails/0', () => root, 422],
    ['GET', '/api/v1/mails?limit=101', () => root, 422],
    ['GET', '/api/v1/mails?state=lost', () => root, 422],
    ['GET', '/api/v1/mails?cursor=x', () => root, 422],
  ]
  for (const [method, path, by, status] of refusals) {
    test(`refused to ${by.toString().slice(6)}: ${method} ${path}`, async () => {
      const caller = by()
      const refused = await loggia.call(method, path, caller ? { token: caller.token } : {})
      assert.equal(refused.status, status)
    })
  }
})

test('a mail that was queued when the server stopped leaves after the next start, once', async () => {
  await withFolder(async (dataDir) => {
    const first = await startLoggia({}, { dataDir })
    await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        first.register(`person${index}`, { email: `person${index}@example.org` }),
      ),
    )
    await first.close()
    const second = await startLoggia({}, { dataDir })
    await second.drain()
    await second.close()
    const mails = await stored(dataDir, 'select recipient, state from mails order by recipient')
    const expected = [0, 1, 2, 3, 4].map((index) => ({
      recipient: `person${index}@example.org`,
      state: 'kept',
    }))
    assert.deepEqual(mails, expected)
    assert.deepEqual(await stored(dataDir, 'select * from outbox'), [])
    assert.deepEqual(await stored(dataDir, "select * from queue_messages where queue like 'jobs/%'"), [])
  })
})
