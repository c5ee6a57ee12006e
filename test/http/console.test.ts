import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { after, before, suite, test } from 'node:test'
import { startLoggia, type TestLoggia } from '../support/loggia.ts'
import { sendRaw } from '../support/raw.ts'

const VIEWS = [
  '/',
  '/queues',
  '/queues/orders',
  '/tasks',
  '/stores',
  '/stores/1',
  '/documents',
  '/documents/1',
  '/mail',
  '/mail/1',
  '/alerts',
  '/users',
  '/account',
]
const PAGES = [...VIEWS, '/setup', '/verify', '/reset', '/document', '/docs']
const NO_PAGE = '/taskz'
/** As a browser says it. */
const accept = 'text/html,application/xhtml+xml,*/*;q=0.8'

suite('the console and the reference', () => {
  let loggia: TestLoggia

  before(async () => {
    loggia = await startLoggia()
  })
  after(() => loggia.close())

  /** As it is on the wire: fetch would unzip it. */
  async function rawGet(path: string, headers: Record<string, string> = {}) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
    return sendRaw(loggia.address, [`GET ${path} HTTP/1.1`, 'Host: loggia', 'Connection: close', ...lines])
  }

  for (const page of [...PAGES, NO_PAGE]) {
    test(`${page} runs only what this server serves, and may not be framed`, async () => {
      const { status, headers, body } = await loggia.call('GET', page, { headers: { accept } })
      assert.equal(status, page === NO_PAGE ? 404 : 200)
      assert.equal(headers.get('content-type'), 'text/html; charset=utf-8')
      const policy = headers.get('content-security-policy') ?? ''
      for (const directive of [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
      ])
        assert.ok(policy.split('; ').includes(directive), directive)
      assert.doesNotMatch(policy, /unsafe|\*|https?:/)
      assert.equal(headers.get('referrer-policy'), 'no-referrer')
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
      assert.doesNotMatch(body, /<script(?![^>]*\bsrc=)|<style|\son\w+="|\sstyle="/, 'nothing inline')
    })

    test(`${page} names no file that is not served`, async () => {
      const { body } = await loggia.call('GET', page, { headers: { accept } })
      const named = [...body.matchAll(/(?:src|href)="([^"#?]+)"/g)].map(([, path]) => path)
      assert.ok(named.length > 0)
      for (const path of named) {
        const { pathname, origin } = new URL(path, loggia.address + page)
        assert.equal(origin, loggia.address, path)
        assert.equal((await loggia.call('GET', pathname)).status, 200, path)
      }
    })
  }

  test('every file is served by its type', async () => {
    const types: Record<string, string> = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' }
    for (const name of readdirSync(new URL('../../console/', import.meta.url))) {
      if (!/\.(css|js|svg)$/.test(name)) continue
      const { status, headers } = await loggia.call('GET', `/console/${name}`)
      assert.equal(status, 200, name)
      assert.equal(headers.get('content-type')?.split(';')[0], types[name.split('.').at(-1) ?? ''], name)
    }
  })

  test('every view that the console draws is served, and no other', async () => {
    const source = readFileSync(new URL('../../console/src/shell/views.ts', import.meta.url), 'utf8')
    const drawn = [...source.matchAll(/path: '([^']+)'/g)].map(([, path]) => String(path))
    const asGiven = new Set(VIEWS.map((path) => path.replace(/(.)\/(orders|1)$/, '$1/:id')))
    assert.deepEqual(new Set(drawn), asGiven)
  })

  test('what is named by its content may be kept for ever, the page that names it may not', async () => {
    const page = await loggia.call('GET', '/')
    assert.equal(page.headers.get('cache-control'), 'no-cache')
    const [, script] = /src="(\/console\/assets\/[^"]+\.js)"/.exec(page.body) ?? []
    const asset = await loggia.call('GET', String(script))
    assert.equal(asset.status, 200)
    assert.equal(asset.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  })

  test('a mail is shown in a sandbox that knows no address', async () => {
    const { headers, body } = await loggia.call('GET', '/letter')
    const policy = (headers.get('content-security-policy') ?? '').split('; ')
    for (const directive of [
      "default-src 'none'",
      "frame-ancestors 'self'",
      'sandbox allow-scripts',
      'img-src data:',
    ])
      assert.ok(policy.includes(directive), directive)
    assert.doesNotMatch(policy.join('; '), /connect-src|script-src[^;]*unsafe|https?:/)
    assert.doesNotMatch(body, /<script(?![^>]*\bsrc=)/)
  })

  for (const path of ['/api/v1/queues-of-nobody', '/queues/orders/messages', '/nowhere']) {
    test(`${path} is not taken for a view of the console`, async () => {
      const { status, body } = await loggia.call('GET', path)
      assert.equal(status, 404)
      assert.equal(body.code, 'route_not_found')
    })
  }

  const MISSING: [string, string, string, string][] = [
    ['a person', 'GET', NO_PAGE, 'text/html; charset=utf-8'],
    ['a person below an API', 'GET', '/api/v1/taskz', 'application/problem+json; charset=utf-8'],
    ['a person below a published API', 'GET', '/compat/taskz', 'application/problem+json; charset=utf-8'],
    ['a form', 'POST', NO_PAGE, 'application/problem+json; charset=utf-8'],
  ]
  for (const [who, method, path, type] of MISSING) {
    test(`${who} who asks for ${path} is told in ${type}`, async () => {
      const answer = await fetch(loggia.address + path, { method, headers: { accept } })
      assert.equal(answer.status, 404)
      assert.equal(answer.headers.get('content-type'), type)
      const isPage = (await answer.text()).includes('<h1>There is nothing at this address</h1>')
      assert.equal(isPage, type.startsWith('text/html'))
    })
  }

  for (const path of [
    '/console/assets/nothing.js',
    '/console/assets/..%2f..%2fpackage.json',
    '/console/dist/index.html',
    '/console/src/main.tsx',
    '/console/tsconfig.json',
    '/console/letter.html',
    '/console/../package.json',
    '/console/../../package.json',
    '/console/../../../../../../etc/passwd',
    '/console/%2e%2e/%2e%2e/package.json',
    '/console/..%2f..%2fpackage.json',
    '/console/..%5c..%5cpackage.json',
    '/console/%252e%252e%252fpackage.json',
    '/console/..;/package.json',
    '/console//etc/passwd',
    '/console/reference/../../../package.json',
    '/console/reference/index.html',
    '/console/reference/swagger-ui-bundle.js%00.css',
    '/console/index.html',
    '/console/',
    '/console',
    '/package.json',
    '/src/main.ts',
    '/.env',
    '/data/loggia.db',
  ]) {
    test(`${path} leads nowhere`, async () => {
      assert.equal((await rawGet(path)).status, 404)
    })
  }

  const GZIP: [string | undefined, boolean][] = [
    [undefined, false],
    ['gzip', true],
    ['deflate, gzip;q=0.5, br', true],
    ['GZIP', true],
    ['*', true],
    ['identity', false],
    ['gzip;q=0', false],
    ['gzip; q=0.000', false],
    ['*;q=0', false],
    ['gzip;q=0, *', false],
    ['notgzip', false],
  ]
  for (const [accepted, isZipped] of GZIP) {
    test(`Accept-Encoding: ${accepted} is ${isZipped ? 'answered with gzip' : 'answered plainly'}`, async () => {
      const headers = accepted === undefined ? {} : { 'Accept-Encoding': accepted }
      const answer = await rawGet('/console/base.css', headers)
      assert.equal(answer.headers['content-encoding'], isZipped ? 'gzip' : undefined)
      assert.equal(answer.headers['vary'], 'Accept-Encoding')
    })
  }

  test('what is zipped is what is not, and has a tag of its own', async () => {
    const path = `${loggia.address}/console/base.css`
    const [zipped, plain] = [
      await fetch(path, { headers: { 'accept-encoding': 'gzip' } }),
      await fetch(path, { headers: { 'accept-encoding': 'identity' } }),
    ]
    assert.equal(await zipped.text(), await plain.text())
    assert.notEqual(zipped.headers.get('etag'), plain.headers.get('etag'))
  })

  for (const coding of ['gzip', 'identity']) {
    test(`a file that was seen is a 304 in ${coding}`, async () => {
      const path = '/console/base.css'
      const seen = await rawGet(path, { 'Accept-Encoding': coding })
      const headers = { 'Accept-Encoding': coding, 'If-None-Match': String(seen.headers['etag']) }
      const unchanged = await rawGet(path, headers)
      assert.equal(unchanged.status, 304)
      assert.equal(unchanged.body, '')
      for (const name of ['etag', 'vary', 'cache-control'])
        assert.equal(unchanged.headers[name], seen.headers[name], name)
      assert.equal(unchanged.headers['content-encoding'], undefined)
    })
  }

  test('HEAD tells the length of what GET would send', async () => {
    for (const coding of ['gzip', 'identity']) {
      const head = ['HEAD /docs HTTP/1.1', 'Host: loggia', 'Connection: close', `Accept-Encoding: ${coding}`]
      const told = await sendRaw(loggia.address, head)
      const sent = await rawGet('/docs', { 'Accept-Encoding': coding })
      assert.equal(told.headers['content-length'], sent.headers['content-length'])
      assert.equal(told.body, '')
    }
  })
})
