import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { loadConfig } from '../../src/config.ts'
import { systemClock } from '../../src/kit/clock.ts'
import { openPlatform } from '../../src/platform/index.ts'

/**
 * A process that runs the jobs "note" and says so. Each takes effect once, however often it runs. Called with `dies`, it kills
 * itself in the midst of a job; with `hangs`, it never ends what it has begun.
 */
const [manner = 'ends'] = process.argv.slice(2)
const say = (what: string) => process.stdout.write(`${what}\n`)

const config = loadConfig(process.env)
const onError = (error: unknown, what: string) => process.stderr.write(`${what} ${error}\n`)
const platform = await openPlatform({ config, clock: systemClock, onError })

platform.jobs.handle('note', {
  needs: { id: 'number' },
  async run({ id }) {
    say(`begun ${id}`)
    const effect = sql`insert into effects (id) values (${id}) on conflict do nothing`
    const { numAffectedRows } = await platform.database.write((tx) => effect.execute(tx))
    if (numAffectedRows === 1n) say(`effected ${id}`)
    if (manner === 'dies') process.kill(process.pid, 'SIGKILL')
    // Long enough that another process gets its share.
    await pause(manner === 'hangs' ? 2 ** 31 - 1 : 5)
    say(`ended ${id}`)
  },
  async giveUp({ id }, reason) {
    say(`gave up ${id}: ${reason}`)
  },
  tries: 2,
  backoff: { baseSeconds: 0.25, maxSeconds: 1 },
  // Only where a process is to die, others wait for the lease; a slow machine must not make one run out.
  leaseSeconds: manner === 'ends' ? 60 : 1,
  concurrency: 4,
})
platform.jobs.start()
say('at work')
await once(process, 'SIGTERM')
await platform.close()
