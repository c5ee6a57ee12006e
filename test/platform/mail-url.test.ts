import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { loadConfig } from '../../src/config.ts'
import { withFolder } from '../support/process.ts'

const routeOf = (MAIL_URL: string) => loadConfig({ MAIL_URL }).mailUrl

suite('MAIL_URL', () => {
  const smtp = { kind: 'smtp', host: 'mx.example.org', secure: false, timeoutSeconds: 60 }
  const mailgun = { kind: 'mailgun', key: 'key-1', domain: 'mg.example.org', timeoutSeconds: 60 }
  const taken: [url: string, route: object][] = [
    ['outbox:', { kind: 'outbox' }],
    ['smtp://mx.example.org', { ...smtp, port: 587, login: null, requireTls: false }],
    [
      'smtp://a:b@mx.example.org:25',
      { ...smtp, port: 25, login: { user: 'a', pass: 'b' }, requireTls: true },
    ],
    [
      'smtps://a%40x:b@mx.example.org?timeout=2min',
      {
        ...smtp,
        secure: true,
        port: 465,
        login: { user: 'a@x', pass: 'b' },
        requireTls: false,
        timeoutSeconds: 120,
      },
    ],
    [
      'smtp://a:b@[::1]:2525',
      { ...smtp, host: '::1', port: 2525, login: { user: 'a', pass: 'b' }, requireTls: false },
    ],
    ['mailgun://key-1@mg.example.org', { ...mailgun, api: 'https://api.mailgun.net' }],
    ['mailgun://key-1@mg.example.org?region=eu', { ...mailgun, api: 'https://api.eu.mailgun.net' }],
    ['mailgun://key-1@mg.example.org?api=http://127.0.0.1:1/', { ...mailgun, api: 'http://127.0.0.1:1' }],
  ]
  for (const [url, route] of taken) {
    test(`is understood: ${url}`, () => assert.deepEqual(routeOf(url), route))
  }

  const refused: [url: string, reason: RegExp][] = [
    ['pigeon:S3CRET', /must be outbox:, smtp:/],
    ['S3CRET', /must be outbox:, smtp:/],
    ['smtp://', /host of the mail server/],
    ['smtp://S3CRET@mx.example.org', /both a user and a password/],
    ['smtp://a:S3CRET%@mx.example.org', /%25/],
    ['smtp://a:S3CRET@mx.example.org?tls=no', /nothing but \?timeout/],
    ['smtp://a:S3CRET@mx.example.org?timeout=soon', /a time such as/],
    ['smtp://a:S3CRET@mx.example.org/inbox', /nothing but \?timeout/],
    ['smtp://a:S3CRET@mx.example.org:99999', /must be outbox:, smtp:/],
    ['mailgun://mg.example.org', /mailgun:\/\/key@domain/],
    ['mailgun://api:S3CRET@mg.example.org', /mailgun:\/\/key@domain/],
    ['mailgun://S3CRET@', /must be|sending domain/],
    ['mailgun://S3CRET@mg', /sending domain/],
    ['mailgun://S3CRET@mg.example.org?region=mars', /region=us or region=eu/],
    ['mailgun://S3CRET@mg.example.org?api=ftp://x', /begins with http: or https:/],
  ]
  for (const [url, reason] of refused) {
    test(`is refused without being repeated: ${url}`, () => {
      const fault = (error: Error) => reason.test(error.message) && !/S3CRET/.test(error.message)
      assert.throws(() => routeOf(url), fault)
    })
  }

  test('may come from a file', async () => {
    await withFolder(async (folder) => {
      const MAIL_URL_FILE = join(folder, 'mail-url')
      await writeFile(MAIL_URL_FILE, 'mailgun://key-1@mg.example.org\n')
      assert.equal(loadConfig({ MAIL_URL_FILE }).mailUrl.kind, 'mailgun')
    })
  })

  const senders: [from: string, isTaken: boolean][] = [
    ['post@example.org', true],
    ['Loggia <post@example.org>', true],
    ['Логгия <post@example.org>', true],
    ['Loggia', false],
    ['Loggia <post>', false],
    ['a@example.org, b@example.org', false],
    ['Loggia <a@example.org>, <b@example.org>', false],
    ['Loggia <post@example.org>\r\nBcc: eve@example.org', false],
  ]
  for (const [from, isTaken] of senders) {
    test(`MAIL_FROM ${JSON.stringify(from)} is ${isTaken ? 'taken' : 'refused'}`, () => {
      const load = () => loadConfig({ MAIL_FROM: from })
      if (isTaken) assert.equal(load().mailFrom, from)
      else assert.throws(load, /MAIL_FROM: must be an address/)
    })
  }
})
