import type { Clock } from '../../kit/clock.ts'
import { rarely } from '../../kit/rarely.ts'
import { defineScript, type Redis } from '../redis/index.ts'
import { createFlights } from './flights.ts'
import { newMark, openGeneration } from './generation.ts'
import type { Cache } from './index.ts'
import { createWindows } from './windows.ts'

/** A load that takes longer is answered all the same, but not kept. */
const LEASE_SECONDS = 30
const TELL_MS = 60_000

interface Options {
  redis: Redis
  namespace: string
  clock: Clock
  onError: (error: unknown) => void
}

/**
 * A key holds a text, or the lease under which a text is being loaded (Nishtala et al., "Scaling Memcache at Facebook",
 * NSDI 2013, 3.2.1): a delete takes the lease away as well, so that what was loaded before it can no longer be kept. Both
 * begin with the generation in which they were written.
 */
export function createRedisCache({ redis, namespace, clock, onError }: Options): Cache {
  const tell = rarely(TELL_MS, onError)
  const generationKey = `${namespace}:cache-generation`
  const generation = openGeneration({ redis, key: generationKey, onError: tell })
  const flights = createFlights()
  const windows = createWindows(clock)
  const take = defineScript(redis.commands, 'loggiaCacheTake', TAKE)
  const keep = defineScript(redis.commands, 'loggiaCacheKeep', KEEP)
  const count = defineScript(redis.commands, 'loggiaCount', COUNT)

  /** The text or a lease; null when Redis is not to be asked. */
  async function taken(name: string): Promise<string | null> {
    if (!generation.isTrusted()) return null
    const held = await take([generationKey, name], [newMark(), LEASE_SECONDS]).catch(tell)
    return typeof held === 'string' ? held : null
  }

  return {
    async read(key, ttlSeconds, load) {
      const name = `${namespace}:cache:${key}`
      const held = await taken(name)
      if (held === null) return load()
      if (held.startsWith(TEXT)) return held.slice(held.indexOf(' ') + 1)
      return flights.share(held, load, async (text) => {
        await keep([name], [held, text, Math.ceil(ttlSeconds * 1000)]).catch(tell)
      })
    },
    async delete(key) {
      try {
        await redis.commands.del(`${namespace}:cache:${key}`)
      } catch (error) {
        tell(error)
        await generation.lost()
      }
    },
    async count(key, windowSeconds, amount = 1) {
      try {
        const windowMs = Math.ceil(windowSeconds * 1000)
        // By how much a clock of ours was set apart from this machine's, as a test does.
        const offsetMs = clock() - Date.now()
        const counted = await count([`${namespace}:count:${key}`], [amount, windowMs, offsetMs])
        const [total, leftMs] = counted as [number, number]
        return { count: total, resetSeconds: Math.ceil(leftMs / 1000) }
      } catch (error) {
        tell(error)
        return windows.count(key, windowSeconds, amount)
      }
    },
    async close() {
      generation.close()
      windows.clear()
    },
  }
}

const TEXT = 'text:'

/** The text or the lease of this generation, else a new lease. Without a generation (evicted, flushed) one begins. */
const TAKE = `
local generation = redis.call('GET', KEYS[1])
if not generation then
  generation = ARGV[1]
  redis.call('SET', KEYS[1], generation)
end
local held = redis.call('GET', KEYS[2])
if held then
  local from = string.find(held, ':', 1, true) + 1
  if string.sub(held, from, from + #generation - 1) == generation then return held end
end
local lease = 'lease:' .. generation .. ':' .. ARGV[1]
redis.call('SET', KEYS[2], lease, 'EX', ARGV[2])
return lease`

/** Keeps a text under the lease that is still there, in the lease's generation. */
const KEEP = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
local generation = string.match(ARGV[1], '^lease:([^:]+):')
redis.call('SET', KEYS[1], '${TEXT}' .. generation .. ' ' .. ARGV[2], 'PX', ARGV[3])
return 1`

/**
 * The window's end is kept beside the count, by the time of Redis, which is one for all nodes. No count lives without an
 * end, nor longer than its window: a setting may have been made shorter.
 */
const COUNT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3]
local window = tonumber(ARGV[2])
local ends = tonumber(redis.call('HGET', KEYS[1], 'ends') or 0)
if now >= ends or ends - now > window then
  ends = now + window
  redis.call('HSET', KEYS[1], 'count', 0, 'ends', ends)
  redis.call('PEXPIRE', KEYS[1], window)
end
return {redis.call('HINCRBY', KEYS[1], 'count', ARGV[1]), ends - now}`
