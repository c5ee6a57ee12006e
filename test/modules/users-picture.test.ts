import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { crc32, deflateSync } from 'node:zlib'
import sharp from 'sharp'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { openConnection } from '../support/raw.ts'

const SECRET = 'taken at home'
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>'
const HOUR_MS = 3_600_000

/** Red on the left, blue on the right. */
const halves = () =>
  sharp({ create: { width: 80, height: 80, channels: 3, background: 'blue' } }).composite([
    { input: { create: { width: 40, height: 80, channels: 3, background: 'red' } }, left: 0, top: 0 },
  ])
const photo = await halves()
  .jpeg({ quality: 100 })
  .withExif({ IFD0: { ImageDescription: SECRET }, IFD3: { GPSLatitude: '51/1 30/1 0/1' } })
  .toBuffer()

suite('the picture of a user', () => {
  let loggia: TestLoggia
  let root: Person
  let ana: Person
  let ben: Person
  let count = 0

  before(async () => {
    loggia = await startLoggia()
    root = await loggia.registerAdmin('root')
    ana = await loggia.register('ana')
    ben = await loggia.register('ben')
  })
  after(() => loggia.close())

  const newcomer = () => loggia.register(`person${count++}`)
  const pathOf = ({ id }: { id: number }) => `/api/v1/users/${id}/picture`
  const put = async (person: { id: number }, image: Uint8Array | string, by: Person, type = 'image/jpeg') => {
    const answer = await fetch(loggia.address + pathOf(person), {
      method: 'PUT',
      headers: { authorization: `Bearer ${by.token}`, 'content-type': type },
      body: typeof image === 'string' ? image : new Uint8Array(image),
    })
    const text = await answer.text()
    return { status: answer.status, code: text === '' ? null : JSON.parse(text).code }
  }
  const get = async (person: Person, by: Person, headers: Record<string, string> = {}) => {
    const answer = await fetch(loggia.address + pathOf(person), {
      headers: { authorization: `Bearer ${by.token}`, ...headers },
    })
    return { answer, bytes: Buffer.from(await answer.arrayBuffer()) }
  }
  const remove = (person: Person, by: Person) => loggia.call('DELETE', pathOf(person), { token: by.token })
  const shownOf = async (person: Person) =>
    (await loggia.call('GET', `/api/v1/users/${person.id}`, { token: ben.token })).body.profile_pic
  const folder = () => join(loggia.dataDir, 'files/pictures')
  const filesOf = ({ id }: Person) => readdirSync(folder()).filter((name) => name.startsWith(`${id}-`))
  /** The colours of its four corners, as numbers of red and blue. */
  const cornersOf = async (bytes: Buffer) => {
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
    const at = (x: number, y: number) => {
      const start = (y * info.width + x) * info.channels
      return Number(data[start]) > Number(data[start + 2]) ? 'red' : 'blue'
    }
    const last = info.width - 1
    return [at(0, 0), at(last, 0), at(0, last), at(last, last)]
  }

  test('is given by its owner, seen by all who are signed in, and named in the user', async () => {
    assert.equal(await shownOf(ana), null)
    assert.deepEqual(await put(ana, photo, ana), { status: 204, code: null })
    assert.equal(await shownOf(ana), pathOf(ana))
    const { answer, bytes } = await get(ana, ben)
    assert.equal(answer.status, 200)
    const told = ['content-type', 'content-disposition', 'cache-control', 'x-content-type-options']
    assert.deepEqual(
      [...told, 'content-security-policy'].map((name) => answer.headers.get(name)),
      [
        'image/webp',
        `inline; filename="picture-${ana.id}.webp"`,
        'private, no-cache',
        'nosniff',
        "default-src 'none'",
      ],
    )
    const seen = await get(ana, ben, { 'if-none-match': String(answer.headers.get('etag')) })
    assert.equal(seen.answer.status, 304)
    assert.equal((await sharp(bytes).metadata()).format, 'webp')
    assert.equal((await loggia.call('GET', pathOf(ana))).status, 401)
  })

  test('is drawn anew: square, upright, with nothing beside its pixels', async () => {
    assert.ok(photo.includes(SECRET))
    await put(ana, await halves().jpeg().withMetadata({ orientation: 6 }).toBuffer(), ana)
    const { bytes: turned } = await get(ana, ana)
    assert.deepEqual(await cornersOf(turned), ['red', 'red', 'blue', 'blue'])
    await put(ana, photo, ana)
    const { bytes } = await get(ana, ana)
    assert.ok(!bytes.includes(SECRET))
    const { width, height, exif, xmp, icc } = await sharp(bytes).metadata()
    assert.deepEqual([width, height, exif, xmp, icc], [512, 512, undefined, undefined, undefined])
  })

  const kinds: [kind: string, image: () => Promise<Buffer>][] = [
    ['PNG', () => halves().png().toBuffer()],
    ['WebP', () => halves().webp().toBuffer()],
    ['GIF', () => halves().gif().toBuffer()],
    ['AVIF', () => halves().avif().toBuffer()],
  ]
  for (const [kind, image] of kinds) {
    test(`may be ${kind}, whatever its header says`, async () => {
      assert.equal((await put(ana, await image(), ana, 'application/octet-stream')).status, 204)
      assert.deepEqual(await cornersOf((await get(ana, ana)).bytes), ['red', 'blue', 'red', 'blue'])
    })
  }

  const refusals: [why: string, image: () => Uint8Array | string, status: number, code: string][] = [
    ['nothing', () => '', 422, 'picture_unreadable'],
    ['text', () => 'not an image', 422, 'picture_unreadable'],
    ['JSON', () => '{"url": "http://127.0.0.1/"}', 422, 'picture_unreadable'],
    ['an SVG with a script', () => SVG, 422, 'picture_unreadable'],
    ['an SVG with a declaration', () => `<?xml version="1.0"?>${SVG}`, 422, 'picture_unreadable'],
    ['a PDF', () => '%PDF-1.7\n1 0 obj\n', 422, 'picture_unreadable'],
    ['a picture that breaks off', () => photo.subarray(0, photo.length / 2), 422, 'picture_unreadable'],
    ['the head of a picture', () => photo.subarray(0, 20), 422, 'picture_unreadable'],
    ['a decompression bomb', () => pngOf(20_000), 422, 'picture_too_large'],
    ['more than 5 MB', () => Buffer.concat([photo, Buffer.alloc(5_242_880)]), 413, 'body_too_large'],
  ]
  for (const [why, image, status, code] of refusals) {
    test(`refused: ${why}; the one before stays`, async () => {
      await put(ana, photo, ana)
      const before = await get(ana, ana)
      for (const type of ['image/png', 'image/svg+xml', 'application/json']) {
        assert.deepEqual(await put(ana, image(), ana, type), { status, code })
      }
      assert.deepEqual((await get(ana, ana)).bytes, before.bytes)
    })
  }

  test('an upload that breaks off changes nothing', async () => {
    const eva = await newcomer()
    const connection = await openConnection(loggia.address)
    const head = [
      `PUT ${pathOf(eva)} HTTP/1.1`,
      'Host: localhost',
      `Authorization: Bearer ${eva.token}`,
      'Content-Type: image/jpeg',
      `Content-Length: ${photo.length + 1}`,
    ]
    connection.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), photo]))
    connection.socket.end()
    assert.doesNotMatch(await connection.closed(), /^HTTP\/1.1 2/)
    assert.equal(await shownOf(eva), null)
  })

  test('only its owner and administrators change it', async () => {
    await put(ana, photo, ana)
    assert.deepEqual(await put(ana, photo, ben), { status: 403, code: 'not_yours' })
    assert.equal((await remove(ana, ben)).status, 403)
    assert.equal((await put(ana, photo, root)).status, 204)
    assert.equal((await remove(ana, root)).status, 204)
    assert.equal(await shownOf(ana), null)
  })

  test('that is not there is not found', async () => {
    const eva = await newcomer()
    const absent = await loggia.call('GET', pathOf(eva), { token: ben.token })
    assert.deepEqual([absent.status, absent.body.code], [404, 'picture_not_found'])
    assert.deepEqual((await remove(eva, eva)).body.code, 'picture_not_found')
    assert.deepEqual(await put({ id: 999_999 }, photo, root), { status: 404, code: 'user_not_found' })
    const nobody = await loggia.call('GET', pathOf({ id: 999_999 }), { token: ben.token })
    assert.equal(nobody.body.code, 'user_not_found')
  })

  test('is whole at every moment while it is replaced, and the ones before go', async () => {
    const eva = await newcomer()
    await put(eva, photo, eva)
    let replaced = false
    const readers = Array.from({ length: 4 }, async () => {
      const statuses = new Set<number>()
      while (!replaced) statuses.add((await get(eva, ben)).answer.status)
      return [...statuses]
    })
    for (let turn = 0; turn < 10; turn += 1) {
      assert.equal((await put(eva, photo, eva)).status, 204)
      await loggia.drain()
    }
    replaced = true
    for (const statuses of await Promise.all(readers)) assert.deepEqual(statuses, [200])
    await loggia.drain()
    assert.equal(filesOf(eva).length, 1)
  })

  test('a file that a crash left without a row is swept away, and the one in use stays', async () => {
    const eva = await newcomer()
    await put(eva, photo, eva)
    const longAgo = new Date(Date.now() - 2 * HOUR_MS)
    const strays = [`${eva.id}-left.webp`, `${eva.id}-left.webp.x.part`, '999999-left.webp']
    for (const name of strays) await writeFile(join(folder(), name), photo)
    for (const name of readdirSync(folder())) await utimes(join(folder(), name), longAgo, longAgo)
    await loggia.loggia.purge()
    assert.deepEqual(
      strays.filter((name) => existsSync(join(folder(), name))),
      [],
    )
    assert.equal((await get(eva, ben)).answer.status, 200)
  })

  test('goes with its user', async () => {
    const eva = await newcomer()
    await put(eva, photo, eva)
    assert.equal(filesOf(eva).length, 1)
    await loggia.call('DELETE', `/api/v1/users/${eva.id}`, { token: eva.token })
    await loggia.drain()
    assert.deepEqual(filesOf(eva), [])
  })
})

/** Some kilobytes that claim, truly, to be a square of so many white pixels. */
function pngOf(side: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header[8] = 1
  const rows = deflateSync(Buffer.alloc(side * (1 + side / 8)), { level: 1 })
  const signature = Buffer.from('89504e470d0a1a0a', 'hex')
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.of())])
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}
