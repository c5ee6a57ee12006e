import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, suite, test } from 'node:test'
import { EventSource } from 'eventsource'
import { openStream, withDeadline } from '../support/event-stream.ts'
import { temporaryFolder } from '../support/installation.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { startNginx } from '../support/nginx.ts'
import { openProxy } from '../support/proxy.ts'

const ALERTS = '/api/v1/alerts'

suite('clients of the stream of alerts that others wrote', () => {
  let loggia: TestLoggia
  let nginx: Awaited<ReturnType<typeof startNginx>>
  let ana: Person

  before(async () => {
    loggia = await startLoggia({ CORS_ORIGINS: '*' })
    nginx = await startNginx(loggia.address)
    ana = await loggia.register('ana')
  })
  after(async () => {
    await nginx.close()
    await loggia.close()
  })

  async function raise(...models: string[]): Promise<void> {
    const seen = { year: 2000, make: 'Jeep', category: 'SUSPICIOUS_VEHICLE' }
    const body = models.map((model) => ({ ...seen, model }))
    assert.equal((await loggia.call('POST', '/api/v1/detections', { token: ana.token, body })).status, 201)
  }

  async function end(child: ChildProcess): Promise<void> {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
  }

  test('npm eventsource sees each alert once, also after its connection was cut', async () => {
    const models: string[] = []
    const { promise: first, resolve: onFirst } = Promise.withResolvers<void>()
    const { promise: last, resolve: onLast } = Promise.withResolvers<void>()
    const way = await openProxy(loggia.address)
    const source = new EventSource(new URL(ALERTS, way.url), {
      fetch: (url, init) =>
        fetch(url, {
          ...init,
          headers: { ...init.headers, authorization: `Bearer ${ana.token}` },
        } as RequestInit),
    })
    source.addEventListener('alert', ({ data }) => {
      const { model } = JSON.parse(data).detection
      models.push(model)
      if (model === 'a') onFirst()
      if (model === 'e') onLast()
    })
    await withDeadline('the connection', once(source, 'open'))
    await raise('a')
    await withDeadline('the first alert', first)
    way.cut()
    await raise('b', 'c')
    await raise('d', 'e')
    await withDeadline('the last alert', last)
    source.close()
    await way.close()
    assert.deepEqual(models, ['a', 'b', 'c', 'd', 'e'])
  })

  for (const [through, addressOf] of [
    ['directly', () => loggia.address],
    ['through nginx', () => nginx.address],
  ] as const) {
    test(`curl -N shows each alert as it comes, ${through}`, async () => {
      const token = ['-H', `authorization: Bearer ${ana.token}`]
      const curl = spawn('curl', ['-sN', ...token, '-H', 'accept: text/event-stream', addressOf() + ALERTS])
      let told = ''
      // All the time: an alert may be here before the answer to what raised it.
      curl.stdout.on('data', (bytes) => {
        told += String(bytes)
      })
      const until = (words: string) =>
        withDeadline(
          words,
          (async () => {
            while (!told.includes(words)) await once(curl.stdout, 'data')
          })(),
        )
      await until('retry: 2000')
      for (const model of ['first', 'second']) {
        await raise(`${model} ${through}`)
        await until(`"model":"${model} ${through}"`)
      }
      await end(curl)
    })
  }

  test('behind nginx a stream is resumed and narrowed, and two hundred are told at once', async () => {
    const streams = await Promise.all(
      Array.from({ length: 200 }, () => openStream(nginx.address + ALERTS, { token: ana.token })),
    )
    await raise('one')
    const seen = await Promise.all(streams.map((stream) => stream.next()))
    assert.deepEqual([...new Set(seen.map(({ data }) => data.detection.model))], ['one'])
    for (const stream of streams) stream.close()
    await raise('two')
    const headers = { 'last-event-id': String(seen[0]?.id) }
    const resumed = await openStream(`${nginx.address}${ALERTS}?make=jeep`, { token: ana.token, headers })
    assert.equal((await resumed.next()).data.detection.model, 'two')
    resumed.close()
  })

  test('a body of lines passes nginx', async () => {
    const line = JSON.stringify({ year: 2000, make: 'Nginx', model: 'x', category: 'Van' })
    const answer = await fetch(`${nginx.address}/api/v1/detections`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ana.token}`, 'content-type': 'application/x-ndjson' },
      body: `${line}\n`.repeat(3000),
    })
    assert.equal(((await answer.json()) as { accepted: number }).accepted, 3000)
  })

  test("a browser's EventSource opens the stream with a ticket", async () => {
    const told: string[] = []
    const { promise: opened, resolve: onOpened } = Promise.withResolvers<void>()
    const { promise: done, resolve: onDone } = Promise.withResolvers<void>()
    const page = createServer(async (request, response) => {
      const body = await text(request)
      if (request.method === 'POST') told.push(body)
      if (body === 'open') onOpened()
      if (told.length === 3) onDone()
      response.writeHead(200, { 'content-type': 'text/html' }).end(pageFor(loggia.address, ana.token))
    }).listen(0, '127.0.0.1')
    await once(page, 'listening')
    const folder = await temporaryFolder()
    const flags = [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      `--user-data-dir=${folder.path}`,
    ]
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}/`
    const browser = spawn('chromium', [...flags, '--remote-debugging-port=0', url], { stdio: 'ignore' })
    await withDeadline('the browser', opened)
    await raise('x')
    await raise('y')
    await withDeadline('the alerts', done)
    await end(browser)
    page.close()
    page.closeAllConnections()
    await folder.remove()
    assert.deepEqual(told, ['open', 'x', 'y'])
  })
})

/** Tells its own server what it sees. */
function pageFor(api: string, token: string): string {
  return `<!doctype html><script type="module">
    const tell = (body) => fetch('/', { method: 'POST', body })
    const headers = { authorization: 'Bearer ${token}' }
    const { ticket } = await (await fetch('${api}${ALERTS}/tickets', { method: 'POST', headers })).json()
    const source = new EventSource('${api}${ALERTS}?ticket=' + ticket)
    source.onopen = () => tell('open')
    source.addEventListener('alert', ({ data }) => tell(JSON.parse(data).detection.model))
  </script>`
}
