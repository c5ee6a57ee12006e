import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { type Files, openFiles } from '../../src/platform/files/index.ts'
import { openInstallation } from '../support/installation.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text))

suite('files', () => {
  let folder: Awaited<ReturnType<typeof openInstallation>>
  let files: Files

  beforeEach(async () => {
    folder = await openInstallation()
    files = openFiles({ dataDir: folder.path })
  })
  afterEach(() => folder.remove())

  const read = async (name: string) => {
    const found = await files.get(name)
    return found === null ? null : Buffer.from(found).toString()
  }
  const inside = () => readdirSync(join(folder.path, 'files/things'))

  test('what is put is found, replaced as a whole, and gone when deleted', async () => {
    assert.equal(await read('things/1.txt'), null)
    await files.put('things/1.txt', bytes('a longer first text'))
    await files.put('things/1.txt', bytes('second'))
    assert.equal(await read('things/1.txt'), 'second')
    await files.delete('things/1.txt')
    await files.delete('things/1.txt')
    assert.equal(await read('things/1.txt'), null)
  })

  test('many at once, some under one name, leave each whole and nothing else', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `things/${index % 10}.txt`)
    await Promise.all(names.map((name, index) => files.put(name, bytes(`text ${index}`.repeat(1000)))))
    assert.equal(inside().length, 10)
    for (const name of names) assert.match(String(await read(name)), /^(text \d+)\1{999}$/)
  })

  test('a put that fails leaves nothing half-written', async () => {
    await files.put('things/1.txt/inner.txt', bytes('a folder stands in the way'))
    await assert.rejects(files.put('things/1.txt', bytes('x')))
    assert.deepEqual(inside(), ['1.txt'])
  })

  for (const name of ['../secret', 'things/../../secret', '/etc/passwd', 'things/', 'a\0b', '.hidden', '']) {
    test(`${JSON.stringify(name)} is no name of ours`, async () => {
      await assert.rejects(files.put(name, bytes('x')), /not a file name/)
      await assert.rejects(files.get(name), /not a file name/)
      await assert.rejects(files.delete(name), /not a file name/)
    })
  }

  test('a sweep takes the old ones that nobody claims, however many there are', async () => {
    await files.put('things/claimed.txt', bytes('x'))
    const strays = Array.from({ length: 1200 }, (_, index) => `${index}.txt`)
    for (const name of strays) await writeFile(join(folder.path, 'files/things', name), 'x')
    for (const name of inside()) await utimes(join(folder.path, 'files/things', name), 1, 1)
    await files.put('things/young.txt', bytes('x'))
    await files.sweep('things', {
      writtenBefore: 2_000,
      claimed: async (names) => new Set(names.filter((name) => name === 'claimed.txt')),
    })
    assert.deepEqual(inside().toSorted(), ['claimed.txt', 'young.txt'])
  })

  test('a sweep of a folder that was never written finds nothing', async () => {
    await files.sweep('nothing', { writtenBefore: 0, claimed: async () => new Set() })
  })
})
