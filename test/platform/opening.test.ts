import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { loadConfig } from '../../src/config.ts'
import { systemClock } from '../../src/kit/clock.ts'
import { openPlatform } from '../../src/platform/index.ts'

test('a platform that cannot be opened whole closes what was opened', async () => {
  const path = await mkdtemp(join(tmpdir(), 'loggia-test-'))
  const config = loadConfig({ DATA_DIR: path, REDIS_URL: 'redis://127.0.0.1/no-number' })
  const opening = openPlatform({ config, clock: systemClock, onError: () => {} })
  await assert.rejects(opening, /REDIS_URL/)
  // SQLite removes its log when the last connection is closed.
  assert.deepEqual(await readdir(path), ['loggia.db'])
  await rm(path, { recursive: true })
})
