import { randomBytes } from 'node:crypto'
import { openBus } from '../../src/platform/bus/index.ts'
import { migrate, type OpenDatabase, openDatabase } from '../../src/platform/database/index.ts'
import { migrations, openQueues } from '../../src/platform/queue/index.ts'
import type { OpenedQueue } from '../contracts/queue.ts'
import { movableClock } from './clock.ts'
import { createDatabase, openInstallation } from './installation.ts'

export type QueueTables = OpenedQueue & { db: OpenDatabase }

/** What fails is seen by whoever asked for it; the rest is connections that end with their database. */
const onError = () => {}

/** Two handles on one file. */
export async function openTablesOnSqlite(): Promise<QueueTables> {
  const folder = await openInstallation()
  const { clock, advance } = movableClock()
  const engines = { url: undefined, redis: null, databaseUrl: undefined, rabbitMq: null, namespace: 'test' }
  const db = await openDatabase({ ...engines, dataDir: folder.path, onError })
  await migrate(db, { queue: migrations })
  const bus = await openBus({ ...engines, onError })
  const [one, two] = [
    await openQueues({ ...engines, db, bus, clock, onError }),
    await openQueues({ ...engines, db, bus, clock, onError }),
  ]
  return {
    db,
    queue: one.named,
    other: two.named,
    inspection: one.named,
    advance,
    async close() {
      await one.close()
      await two.close()
      await bus.close()
      await db.close()
      await folder.remove()
    },
  }
}

/** Two nodes on a database of their own. */
export async function openTablesOnPostgres(): Promise<QueueTables> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const { url, drop } = await createDatabase(name)
  const { clock, advance } = movableClock()

  async function openNode() {
    const engines = { redis: null, databaseUrl: url, rabbitMq: null, namespace: name }
    const db = await openDatabase({ url, dataDir: '', onError })
    await migrate(db, { queue: migrations })
    const bus = await openBus({ ...engines, onError })
    const queues = await openQueues({ ...engines, db, bus, clock, onError })
    return {
      db,
      queue: queues.named,
      async close() {
        await queues.close()
        await bus.close()
        await db.close()
      },
    }
  }
  const [one, two] = [await openNode(), await openNode()]
  return {
    db: one.db,
    queue: one.queue,
    other: two.queue,
    inspection: one.queue,
    advance,
    async close() {
      await one.close()
      await two.close()
      await drop()
    },
  }
}
