import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '../../src/config.ts'
import { migrations as accountTables } from '../../src/modules/accounts/index.ts'
import { migrations as alertTables, openAlerts } from '../../src/modules/alerts/index.ts'
import { migrations as detectionTables } from '../../src/modules/detections/index.ts'
import { migrations as userTables } from '../../src/modules/users/index.ts'
import { migrate } from '../../src/platform/database/index.ts'
import { openPlatform } from '../../src/platform/index.ts'
import { migrations as jobTables } from '../../src/platform/jobs/index.ts'
import { migrations as queueTables } from '../../src/platform/queue/index.ts'
import { movableClock } from '../support/clock.ts'
import { withFolder } from '../support/process.ts'

const MIGRATIONS = {
  queue: queueTables,
  jobs: jobTables,
  users: userTables,
  accounts: accountTables,
  detections: detectionTables,
  alerts: alertTables,
}

test('alerts leave to the broker in their order, again after it was away, and none that was rolled back', async () => {
  await withFolder(async (folder) => {
    const { clock, advance } = movableClock()
    const config = loadConfig({ DATA_DIR: folder })
    const platform = await openPlatform({ config, clock, onError: () => {} })
    await migrate(platform.database, MIGRATIONS)
    const published: [exchange: string, id: string, alert: { id: number }][] = []
    let isAway = true
    const { alerts } = openAlerts({
      ...platform,
      db: platform.database,
      config,
      clock,
      async publish(exchange, { id, body }) {
        if (isAway && published.length === 250) throw new Error('Away.')
        published.push([exchange, id, JSON.parse(body)])
      },
      openEventStream: () => {
        throw new Error('Nobody opens a stream here.')
      },
      onError: () => {},
    })
    const raise = (count: number, more = async () => {}) =>
      platform.database.write(async (tx) => {
        const seen = Array.from({ length: count }, (_, at) => ({
          detection: { id: at + 1, year: 2000, model: 'x' },
          makeKey: 'x',
          categoryKeys: ['suspicious_vehicle'],
        }))
        await alerts.raise(tx, seen)
        await more()
      })

    await assert.rejects(raise(1, () => Promise.reject(new Error('Rolled back.'))))
    await raise(300)
    await platform.jobs.drain()
    assert.equal(published.length, 250)
    isAway = false
    advance(60)
    await platform.jobs.drain()
    assert.equal(published.length, 550)
    assert.deepEqual(
      published.slice(250).map(([exchange, id, alert]) => [exchange, id, alert.id]),
      Array.from({ length: 300 }, (_, at) => ['alerts', `${at + 1}`, at + 1]),
    )
    await platform.close()
  })
})
