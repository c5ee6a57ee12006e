import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import pg from 'pg'
import { loadConfig } from '../../src/config.ts'
import { systemClock } from '../../src/kit/clock.ts'
import { openPlatform } from '../../src/platform/index.ts'
import { unreachable } from '../support/engines.ts'
import { createDatabase } from '../support/installation.ts'
import { eventually, withFolder } from '../support/process.ts'

test(
  'a platform that cannot be opened whole leaves no connection behind',
  { skip: await unreachable('postgres') },
  () =>
    withFolder(async (DATA_DIR) => {
      const { url, drop } = await createDatabase(`t${randomBytes(8).toString('hex')}`)
      const observer = new pg.Client(url)
      await observer.connect()
      const config = loadConfig({ DATA_DIR, DATABASE_URL: url, REDIS_URL: 'redis://127.0.0.1/no-number' })
      const opening = openPlatform({ config, clock: systemClock, onError: () => {} })
      await assert.rejects(opening, /REDIS_URL/)
      const others = `select 1 from pg_stat_activity where datname = current_database() and pid != pg_backend_pid()`
      await eventually(async () => (await observer.query(others)).rows.length === 0, 2_000)
      await observer.end()
      await drop()
    }),
)
