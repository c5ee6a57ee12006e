import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Cache } from '../../src/platform/cache/index.ts'
import { withDeadline } from '../support/event-stream.ts'

export interface OpenCaches {
  /** Of one cache, each like that of a process of its own; at least one. */
  handles: [Cache, ...Cache[]]
  /** Lets the time of windows and texts go by. */
  pass(seconds: number): Promise<void> | void
  close(): Promise<void>
}

/** What every cache promises. */
export function cacheContract(driver: string, open: () => Promise<OpenCaches>, skip: string | false = false) {
  suite(`cache: ${driver}`, { skip }, () => {
    let caches: OpenCaches
    let cache: Cache
    let other: Cache
    let loads: number

    /** A load that counts itself. */
    const loading = (text: string) => async () => {
      loads += 1
      return text
    }
    const never = () => Promise.reject(new Error('loaded again'))
    /** A text may be kept only after its reader was answered; what the same handle sends next comes after it. */
    const kept = () => cache.count('later', 60)
    const handle = (n: number) => caches.handles[n % caches.handles.length] as Cache

    beforeEach(async () => {
      caches = await open()
      cache = handle(0)
      other = handle(1)
      loads = 0
    })
    afterEach(() => caches.close())

    for (const [what, text] of Object.entries({
      'a plain text': '{"items":[]}',
      'an empty text': '',
      'every script': 'ñ 漢字 العربية 👩‍👩‍👧 \u0000 \r\n',
      'a text that looks like our own marks': 'lease:abc:def text:abc ',
      'a megabyte': 'é'.repeat(500_000),
    })) {
      test(`${what} is loaded once and then kept for every reader`, async () => {
        assert.equal(await cache.read('key', 60, loading(text)), text)
        await kept()
        assert.equal(await other.read('key', 60, never), text)
        assert.equal(await cache.read('key', 60, never), text)
        assert.equal(loads, 1)
      })
    }

    test('readers at the same time share one load', async () => {
      const texts = await Promise.all(
        Array.from({ length: 50 }, () => cache.read('key', 60, loading('shared'))),
      )
      assert.deepEqual(new Set(texts), new Set(['shared']))
      assert.equal(loads, 1)
    })

    test('a load that fails fails its readers, and the next one loads anew', async () => {
      const failing = () => Promise.reject(new Error('no rows'))
      const results = await Promise.allSettled([
        cache.read('key', 60, failing),
        cache.read('key', 60, failing),
      ])
      assert.deepEqual(
        results.map(({ status }) => status),
        ['rejected', 'rejected'],
      )
      assert.equal(await cache.read('key', 60, loading('found')), 'found')
    })

    test('after a delete every handle loads anew', async () => {
      await cache.read('key', 60, loading('old'))
      await kept()
      await other.delete('key')
      assert.equal(await cache.read('key', 60, loading('new')), 'new')
    })

    test('what was being loaded before a delete reaches only those who had asked before it', async () => {
      const begun = Promise.withResolvers<void>()
      const slow = Promise.withResolvers<string>()
      const asked = cache.read('key', 60, () => {
        begun.resolve()
        return slow.promise
      })
      await begun.promise
      await other.delete('key')
      const askedLater = cache.read('key', 60, loading('new'))
      assert.equal(await withDeadline('the later reader', askedLater), 'new')
      slow.resolve('old')
      assert.equal(await asked, 'old')
      await kept()
      assert.equal(await cache.read('key', 60, loading('new')), 'new')
      assert.equal(await other.read('key', 60, loading('new')), 'new')
    })

    test('a text is forgotten after its time', async () => {
      await cache.read('key', 0.5, loading('old'))
      await caches.pass(0.6)
      assert.equal(await cache.read('key', 60, loading('new')), 'new')
    })

    test('whoever writes, deletes and then reads on any handle never sees what was before', async () => {
      const rows = [0, 0, 0]
      /** The last version of each row whose writer was answered. */
      const answered = [0, 0, 0]
      let stale = 0

      async function client(seed: number): Promise<void> {
        for (let turn = 0; turn < 150; turn += 1) {
          const row = (seed + turn * 7) % rows.length
          if ((seed + turn) % 3 === 0) await write(row, handle(seed))
          const expected = answered[row] ?? 0
          const seen = await handle(turn).read(`row ${row}`, 60, rowNow(row))
          if (Number(seen) < expected) stale += 1
        }
      }
      async function write(row: number, by: Cache): Promise<void> {
        const version = (rows[row] ?? 0) + 1
        rows[row] = version
        await by.delete(`row ${row}`)
        answered[row] = Math.max(version, answered[row] ?? 0)
      }
      /** The row as it was when the load began, told a turn later. */
      function rowNow(row: number) {
        return async () => {
          const version = String(rows[row])
          await nextTurn()
          loads += 1
          return version
        }
      }
      await Promise.all([1, 2, 3, 4].map(client))
      assert.equal(stale, 0)
      assert.ok(loads < 600, 'some were read from the cache')
    })

    test('1,000 counts at once over every handle are 1 to 1,000, each once', async () => {
      const counts = await Promise.all(Array.from({ length: 1000 }, (_, n) => handle(n).count('key', 60)))
      const sorted = counts.map(({ count }) => count).sort((a, b) => a - b)
      assert.deepEqual(
        sorted,
        Array.from({ length: 1000 }, (_, n) => n + 1),
      )
    })

    test('a count begins anew when its window ends, and says when that is', async () => {
      assert.deepEqual(await cache.count('key', 1, 5), { count: 5, resetSeconds: 1 })
      assert.deepEqual(await other.count('longer', 60), { count: 1, resetSeconds: 60 })
      await caches.pass(1.1)
      assert.deepEqual(await cache.count('key', 1), { count: 1, resetSeconds: 1 })
      assert.equal((await other.count('longer', 60)).count, 2)
    })

    test('a count of nothing looks, and opens the window', async () => {
      assert.deepEqual(await cache.count('key', 60, 0), { count: 0, resetSeconds: 60 })
      await other.count('key', 60, 3)
      assert.equal((await cache.count('key', 60, 0)).count, 3)
    })
  })
}
