import type { Config } from '../config.ts'
import type { Clock } from '../kit/clock.ts'
import { openBus } from './bus/index.ts'
import { openCache } from './cache/index.ts'
import { openDatabase } from './database/index.ts'
import { createFileRemovals, openFiles } from './files/index.ts'
import { createJobs, type OnError } from './jobs/index.ts'
import { openMailer } from './mailer/index.ts'
import { openQueue } from './queue/index.ts'

interface Options {
  config: Config
  clock: Clock
  onError: OnError
}

/** Every seam with the driver that the settings choose; nobody downstream asks again which one it is. */
export function openPlatform({ config, clock, onError }: Options) {
  const { dataDir } = config
  const database = openDatabase({ dataDir, onError: (error) => onError(error, 'A commit failed.') })
  const bus = openBus()
  const cache = openCache({ clock })
  const mailer = openMailer(config.mailUrl)
  const files = openFiles({ dataDir })
  const queue = openQueue({ db: database, bus, clock })
  const jobs = createJobs({ db: database, queue, bus, clock, onError })
  const removals = createFileRemovals({ files, jobs })
  return {
    database,
    bus,
    cache,
    mailer,
    files,
    removals,
    queue,
    jobs,
    /** In reverse: whoever still works needs what was opened before it. */
    async close(): Promise<void> {
      await jobs.stop()
      await mailer.close()
      await cache.close()
      await bus.close()
      await database.close()
    },
  }
}

export type Platform = ReturnType<typeof openPlatform>
