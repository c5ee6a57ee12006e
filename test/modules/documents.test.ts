import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { reading, textOf } from '../support/pdf.ts'
import { stored, tamper } from '../support/stored.ts'

const DAY_MS = 86_400_000

suite('documents', () => {
  let loggia: TestLoggia
  let root: Person
  let ana: Person
  let ben: Person
  let now = Date.now()

  before(async () => {
    loggia = await startLoggia(
      { DOCUMENT_RETENTION: '30d', ACCESS_TOKEN_TTL: '90d', SESSION_TTL: '90d' },
      { clock: () => now },
    )
    root = await loggia.registerAdmin('root')
    ana = await loggia.register('ana')
    ben = await loggia.register('ben')
  })
  after(() => loggia.close())

  const ask = ({ token }: Person, body: object) => loggia.call('POST', '/api/v1/documents', { token, body })
  const get = ({ token }: Person, id: number, part = '') =>
    loggia.call('GET', `/api/v1/documents/${id}${part}`, { token })
  const finished = async (person: Person, body: object) => {
    const { id } = (await ask(person, body)).body
    await loggia.drain()
    return (await get(person, id)).body
  }
  const profileOf = ({ id }: Person) => ({ template: 'profile', subject_id: id })
  const download = async ({ token }: Person, id: number, headers: Record<string, string> = {}) => {
    const url = `${loggia.address}/api/v1/documents/${id}/file`
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}`, ...headers } })
    return { answer, bytes: Buffer.from(await answer.arrayBuffer()) }
  }
  const fileOf = (id: number) => join(loggia.dataDir, 'files/documents', `${id}.pdf`)

  test('one is asked for, answered at once with its address, and ready soon after', async () => {
    const { status, body, headers } = await ask(ana, profileOf(ana))
    assert.equal(status, 202)
    assert.equal(headers.get('location'), `/api/v1/documents/${body.id}`)
    assert.deepEqual([body.state, body.progress, body.url, body.finished_at], ['queued', 0, null, null])
    await loggia.drain()
    const ready = (await get(ana, body.id)).body
    const url = `/api/v1/documents/${body.id}/file`
    assert.deepEqual([ready.state, ready.progress, ready.url, ready.error], ['ready', 100, url, null])
    assert.ok(ready.finished_at >= ready.created_at)
  })

  test('the file is for its owner alone, with a validator and a name', async () => {
    const { id } = await finished(ana, profileOf(ana))
    const { answer, bytes } = await download(ana, id)
    const { headers } = answer
    assert.equal(headers.get('content-type'), 'application/pdf')
    assert.equal(headers.get('content-disposition'), `inline; filename="profile-${ana.id}.pdf"`)
    assert.equal(headers.get('cache-control'), 'private, no-cache')
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(bytes.subarray(0, 5).toString(), '%PDF-')
    const again = await download(ana, id, { 'if-none-match': String(headers.get('etag')) })
    assert.deepEqual([again.answer.status, again.bytes.length], [304, 0])
  })

  for (const username of ['<b', 'a","filename":"/x', '../../etc/passwd', "'; drop table users; --"]) {
    test(
      `whoever is named ${username} has a document under a plain name, with theirs on it`,
      reading,
      async () => {
        const person = await loggia.register(username)
        const { id } = await finished(person, profileOf(person))
        const { answer, bytes } = await download(person, id)
        const plain = `inline; filename="profile-${person.id}.pdf"`
        assert.equal(answer.headers.get('content-disposition'), plain)
        assert.ok(textOf(bytes).includes(username))
        assert.ok(existsSync(fileOf(id)))
      },
    )
  }

  type Part = [first: number, last: number]
  const parts: [what: string, range: string, part: ((length: number) => Part) | null][] = [
    ['the first bytes', 'bytes=0-4', () => [0, 4]],
    ['from a byte on', 'bytes=100-', (length) => [100, length - 1]],
    ['past the end', 'bytes=100-9999999', (length) => [100, length - 1]],
    ['the last bytes', 'bytes=-7', (length) => [length - 7, length - 1]],
    ['more than there are', 'bytes=-9999999', (length) => [0, length - 1]],
    ['backwards', 'bytes=9-2', null],
    ['several at once', 'bytes=0-1,5-6', null],
    ['another unit', 'pages=1-2', null],
    ['nothing', 'bytes=-', null],
  ]
  for (const [what, range, part] of parts) {
    test(`a range of ${what} is ${part ? 'sent as a part' : 'passed over, and the whole is sent'}`, async () => {
      const { id } = await finished(ana, profileOf(ana))
      const { answer: first, bytes: whole } = await download(ana, id)
      const { answer, bytes } = await download(ana, id, { range })
      const [from, to] = part?.(whole.length) ?? [0, whole.length - 1]
      assert.equal(first.headers.get('accept-ranges'), 'bytes')
      assert.equal(answer.status, part ? 206 : 200)
      assert.equal(answer.headers.get('content-range'), part ? `bytes ${from}-${to}/${whole.length}` : null)
      assert.deepEqual(bytes, whole.subarray(from, to + 1))
    })
  }

  for (const range of ['bytes=9999999-', 'bytes=-0']) {
    test(`a range without a byte (${range}) is refused with the length`, async () => {
      const { id } = await finished(ana, profileOf(ana))
      const { length } = (await download(ana, id)).bytes
      const { answer, bytes } = await download(ana, id, { range })
      assert.deepEqual([answer.status, answer.headers.get('content-range')], [416, `bytes */${length}`])
      assert.equal(JSON.parse(bytes.toString()).code, 'range_not_satisfiable')
    })
  }

  test('who resumes a file gets its rest, or the whole of what is another now', async () => {
    const { id } = await finished(ana, profileOf(ana))
    const { answer, bytes } = await download(ana, id)
    const resume = (etag: string) => download(ana, id, { range: 'bytes=5-', 'if-range': etag })
    assert.deepEqual((await resume(String(answer.headers.get('etag')))).bytes, bytes.subarray(5))
    assert.deepEqual((await resume('"another"')).bytes, bytes)
  })

  test('nobody else sees that it exists', async () => {
    const { id } = await finished(ana, profileOf(ana))
    for (const part of ['', '/file']) {
      for (const other of [ben, root]) {
        const { status, body } = await get(other, id, part)
        assert.deepEqual([status, body.code], [404, 'document_not_found'])
      }
    }
    const { body } = await loggia.call('GET', '/api/v1/documents', { token: ben.token })
    assert.deepEqual(body.items, [])
  })

  const refusals: [why: string, body: () => object, status: number, code: string][] = [
    ['an unknown template', () => ({ template: 'secret', subject_id: ana.id }), 422, 'validation_failed'],
    ['a path as a template', () => ({ template: '../profile', subject_id: 1 }), 422, 'validation_failed'],
    ['no subject', () => ({ template: 'profile' }), 422, 'validation_failed'],
    ["somebody else's profile", () => profileOf(root), 404, 'user_not_found'],
    ["somebody else's tasks", () => ({ template: 'tasks', subject_id: root.id }), 404, 'user_not_found'],
    ['a store that is not', () => ({ template: 'price_list', subject_id: 999 }), 404, 'store_not_found'],
  ]
  for (const [why, body, status, code] of refusals) {
    test(`refused: ${why}`, async () => {
      const refused = await ask(ana, body())
      assert.deepEqual([refused.status, refused.body.code], [status, code])
    })
  }

  const newStore = async (owner: Person) =>
    (
      await loggia.call('POST', '/api/v1/stores', {
        token: owner.token,
        body: { name: `Store ${Math.random()}` },
      })
    ).body.id

  test("a price list is in its owner's language, whoever asks for it", reading, async () => {
    const eva = await loggia.register('eva', { locale: 'es' })
    const { id } = await finished(ana, { template: 'price_list', subject_id: await newStore(eva) })
    assert.match(textOf((await download(ana, id)).bytes), /Lista de precios/)
  })

  test('a list of more than 5,000 rows fails at once and says why', async () => {
    const subject_id = await newStore(ana)
    const many = 'with recursive n(i) as (select 1 union all select i + 1 from n where i < 5001)'
    const item = `select ${subject_id}, 'item ' || i, i from n`
    await tamper(loggia.dataDir, `insert into items (store_id, name, price_minor) ${many} ${item}`)
    const { id, state, error } = await finished(ana, { template: 'price_list', subject_id })
    assert.deepEqual([state, error], ['failed', 'A document has at most 5000 rows.'])
    const { status, body } = await get(ana, id, '/file')
    assert.deepEqual([status, body.code], [409, 'document_not_ready'])
    assert.equal(body.detail, 'The document failed: A document has at most 5000 rows.')
  })

  test('what has outlived the retention goes with its file, and what a crash left behind', async () => {
    const old = await finished(ana, profileOf(ana))
    now += 29 * DAY_MS
    const young = await finished(ana, profileOf(ana))
    now += 2 * DAY_MS
    const [stray, unfinished] = [fileOf(999_999), `${fileOf(young.id)}.x.part`]
    const fresh = fileOf(999_998)
    for (const path of [stray, unfinished, fresh]) await writeFile(path, 'x')
    await utimes(fresh, now / 1000, now / 1000)
    await loggia.loggia.purge()
    await loggia.drain()
    assert.equal((await get(ana, old.id)).status, 404)
    assert.equal((await get(ana, young.id, '/file')).status, 200)
    assert.deepEqual([stray, unfinished, fresh].map(existsSync), [false, false, true])
    assert.equal(existsSync(fileOf(old.id)), false)
  })

  test('a document that somebody else had made of them goes with a deleted user', async () => {
    const eva = await loggia.register('eva to be deleted')
    const [profile, tasks] = [
      await finished(root, profileOf(eva)),
      await finished(root, { template: 'tasks', subject_id: eva.id }),
    ]
    const same = await finished(root, { template: 'price_list', subject_id: await newStore(root) })
    await loggia.call('DELETE', `/api/v1/users/${eva.id}`, { token: eva.token })
    await loggia.drain()
    for (const { id } of [profile, tasks]) {
      assert.equal((await get(root, id)).status, 404)
      assert.equal(existsSync(fileOf(id)), false)
    }
    assert.equal((await get(root, same.id, '/file')).status, 200)
    assert.deepEqual(
      await stored(loggia.dataDir, 'select id from documents where subject_id = ?', eva.id),
      [],
    )
  })
})
