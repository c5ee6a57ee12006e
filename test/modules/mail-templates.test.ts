import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  composeMail,
  type Letter,
  type Locale,
  pickLocale,
  UnsafeLinkError,
} from '../../src/modules/mail/templates/compose.ts'

const locales: Locale[] = ['en', 'es', 'ru']
const link = 'https://loggia.example/open?id=7&token=a_b-c'

const letters: { name: string; link: string | null; write: (username: string) => Letter }[] = [
  {
    name: 'welcome with confirmation',
    link,
    write: (username) => ({ template: 'welcome', data: { username, verifyUrl: link } }),
  },
  {
    name: 'welcome',
    link: null,
    write: (username) => ({ template: 'welcome', data: { username, verifyUrl: null } }),
  },
  {
    name: 'password reset',
    link,
    write: (username) => ({
      template: 'password_reset',
      data: { username, resetUrl: link, validMinutes: 30 },
    }),
  },
  {
    name: 'document ready',
    link,
    write: (username) => ({ template: 'document_ready', data: { username, title: username, url: link } }),
  },
]

const hostileNames: { name: string; inHtml: string; inText: string }[] = [
  { name: '<b>x</b>', inHtml: '&lt;b&gt;x&lt;/b&gt;', inText: '<b>x</b>' },
  { name: 'a","x', inHtml: 'a&quot;,&quot;x', inText: 'a","x' },
  { name: "' onload='x", inHtml: '&#39; onload=&#39;x', inText: "' onload='x" },
  { name: '--><img src=x>', inHtml: '--&gt;&lt;img src=x&gt;', inText: '--><img src=x>' },
  { name: '&lt;', inHtml: '&amp;lt;', inText: '&lt;' },
  { name: 'a\r\nBcc: b@c.example', inHtml: 'a Bcc: b@c.example', inText: 'a Bcc: b@c.example' },
  { name: 'a\u2028b\u0085c\u0000d', inHtml: 'a b c d', inText: 'a b c d' },
  { name: 'gpj\u202Eexe', inHtml: 'gpjexe', inText: 'gpjexe' },
  { name: '\u2067\u200Bana\uFEFF', inHtml: 'ana', inText: 'ana' },
  { name: 'דנה', inHtml: '<bdi>דנה</bdi>', inText: '\u2068דנה\u2069' },
  { name: '👩‍👧', inHtml: '👩‍👧', inText: '👩‍👧' },
  { name: 'see http://evil.example', inHtml: 'http:\u200C//', inText: 'http:\u200C//' },
  { name: 'www.evil.example', inHtml: 'www.\u200Cevil', inText: 'www.\u200Cevil' },
  { name: 'evil.example/win', inHtml: 'evil.\u200Cexample/', inText: 'evil.\u200Cexample/' },
  { name: 'ana.lopez', inHtml: '<bdi>ana.lopez</bdi>', inText: 'ana.lopez' },
  { name: '%unsubscribe_url%', inHtml: '%\u200Cunsubscribe_url%', inText: '%\u200Cunsubscribe_url%' },
  { name: '100% of 5%', inHtml: '100% of 5%', inText: '100% of 5%' },
  { name: '\u202E \n', inHtml: '<bdi>…</bdi>', inText: '…' },
  { name: 'x\uD800', inHtml: 'x\uFFFD', inText: 'x\uFFFD' },
  { name: '$& $1 {{name}}', inHtml: '$&amp; $1 {{name}}', inText: '$& $1 {{name}}' },
]

for (const locale of locales) {
  describe(`mails in ${locale}`, () => {
    for (const letter of letters) {
      test(`${letter.name}: has a subject, both parts and its link`, () => {
        const mail = composeMail(locale, letter.write('ana'))
        assert.match(mail.subject, /^\S.*\S$/)
        assert.match(mail.html, new RegExp(`^<!DOCTYPE html>\\n<html lang="${locale}" dir="ltr"`))
        for (const part of [mail.html, mail.text]) {
          assert.match(part, /ana/)
          assert.doesNotMatch(part, /undefined|null|NaN|\[object|\$\{|\{\{/)
        }
        assertLink(mail, letter.link)
      })

      test(`${letter.name}: neutralises hostile names`, () => {
        for (const { name, inHtml, inText } of hostileNames) {
          const mail = composeMail(locale, letter.write(name))
          assert.ok(mail.html.includes(inHtml), `${JSON.stringify(name)} in the HTML`)
          assert.ok(unwrap(mail.text).includes(inText), `${JSON.stringify(name)} in the text`)
          assert.doesNotMatch(mail.html, /<b>|<img|[\u202A-\u202E\u2066\u2067]/)
          assert.doesNotMatch(mail.text, /[\r\0\u202A-\u202E\u2066\u2067]/)
          assert.doesNotMatch(mail.subject, /[\p{Cc}\p{Zl}\p{Zp}\u202A-\u202E\u2066\u2067]/u)
        }
      })

      test(`${letter.name}: uses nothing from elsewhere`, () => {
        const { html } = composeMail(locale, letter.write('ana'))
        assert.doesNotMatch(html, /\ssrc=|<link|<script|<img|@import|url\(/)
      })

      test(`${letter.name}: keeps the text near 72 columns`, () => {
        const lines = composeMail(locale, letter.write('ana')).text.split('\n')
        for (const line of lines) assert.ok(line.length <= 72, line)
      })
    }
  })
}

test('a title of any length leaves the subject short', () => {
  const { subject } = composeMail('en', documentAt(link, 'x'.repeat(10_000)))
  assert.ok(subject.length < 160)
})

test('a link stays on its own line however long it is', () => {
  const long = `https://loggia.example/${'a'.repeat(200)}`
  assert.ok(composeMail('ru', documentAt(long)).text.split('\n').includes(long))
})

test('a link cannot leave its attribute or its line', () => {
  const mail = composeMail('en', documentAt('https://loggia.example/?a="><b>\r\nx'))
  assert.ok(mail.html.includes('href="https://loggia.example/?a=%22%3E%3Cb%3Ex"'))
  assert.ok(mail.text.includes('\nhttps://loggia.example/?a=%22%3E%3Cb%3Ex\n'))
})

for (const address of ['javascript:alert(1)', 'data:text/html,x', 'ftp://loggia.example', '/open', '']) {
  test(`refuses the link ${JSON.stringify(address)}`, () => {
    assert.throws(() => composeMail('en', documentAt(address)), UnsafeLinkError)
  })
}

const durations: { locale: Locale; minutes: number; words: string }[] = [
  { locale: 'en', minutes: 1, words: 'valid for 1 minute.' },
  { locale: 'en', minutes: 60, words: 'valid for 1 hour.' },
  { locale: 'en', minutes: 90, words: 'valid for 90 minutes.' },
  { locale: 'es', minutes: 30, words: 'durante 30 minutos.' },
  { locale: 'es', minutes: 1440, words: 'durante 24 horas.' },
  { locale: 'ru', minutes: 1, words: 'ссылки: 1 минута.' },
  { locale: 'ru', minutes: 22, words: 'ссылки: 22 минуты.' },
  { locale: 'ru', minutes: 300, words: 'ссылки: 5 часов.' },
]

for (const { locale, minutes, words } of durations) {
  test(`${minutes} minutes in ${locale} reads «${words}»`, () => {
    const data = { username: 'ana', resetUrl: link, validMinutes: minutes }
    const { text } = composeMail(locale, { template: 'password_reset', data })
    assert.ok(unwrap(text).replaceAll('\u00A0', ' ').includes(words), text)
  })
}

const preferences: [preferred: string | undefined, locale: Locale][] = [
  [undefined, 'en'],
  ['', 'en'],
  ['es', 'es'],
  ['RU', 'ru'],
  ['ru_RU', 'ru'],
  ['es-419', 'es'],
  ['es-MX,es;q=0.9,en;q=0.8', 'es'],
  ['de-DE, de;q=0.9, ru;q=0.5, en;q=0.3', 'ru'],
  ['en;q=0.2, es;q=0.8', 'es'],
  ['es;q=0, ru;q=0.1', 'ru'],
  ['es ; q=0.4 , ru ; Q=0.6', 'ru'],
  ['fr, *;q=0.5, es;q=0.1', 'en'],
  ['*', 'en'],
  ['fr-CH, de', 'en'],
  ['est, rue', 'en'],
  ['es;q=abc, ru;q=2', 'en'],
  [';;,,q=1', 'en'],
  ['__proto__', 'en'],
]

for (const [preferred, locale] of preferences) {
  test(`picks ${locale} for ${JSON.stringify(preferred)}`, () => {
    assert.equal(pickLocale(preferred), locale)
  })
}

function documentAt(url: string, title = 'Report'): Letter {
  return { template: 'document_ready', data: { username: 'ana', title, url } }
}

function assertLink(mail: { html: string; text: string }, expected: string | null) {
  const hrefs = [...mail.html.matchAll(/href="([^"]*)"/g)].map((match) => match[1])
  const lines = mail.text.split('\n').filter((line) => line.startsWith('http'))
  assert.deepEqual(new Set(hrefs), new Set(expected ? [expected.replaceAll('&', '&amp;')] : []))
  assert.deepEqual(lines, expected ? [expected] : [])
}

function unwrap(text: string): string {
  return text.replaceAll('\n', ' ')
}
