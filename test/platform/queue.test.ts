import { createMemoryBus } from '../../src/platform/bus/memory.ts'
import { migrate, openDatabase } from '../../src/platform/database/index.ts'
import { migrations, openQueues } from '../../src/platform/queue/index.ts'
import { type OpenedQueue, queueContract } from '../contracts/queue.ts'
import { movableClock } from '../support/clock.ts'
import { temporaryFolder } from '../support/process.ts'

async function openOnSqlite(): Promise<OpenedQueue> {
  const folder = await temporaryFolder()
  const { clock, advance } = movableClock()
  const failed = (error: unknown) => {
    throw error
  }
  const db = await openDatabase({ url: undefined, dataDir: folder.path, onError: failed })
  await migrate(db, { queue: migrations })
  const bus = createMemoryBus()
  const engine = { db, bus, clock, redis: null, rabbitMq: null, namespace: 'contract', onError: failed }
  const [one, two] = [await openQueues(engine), await openQueues(engine)]
  return {
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

queueContract('tables on SQLite', openOnSqlite)
