import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { oneAtATime } from '../../kit/one-at-a-time.ts'
import type { Redis } from '../redis/index.ts'

const RETRY_MS = 1000
/** From the moment one node misses a hanging Redis until all do, at the latest: a heartbeat, and some slack. */
const NOTICED_BY_ALL_MS = 1500

/**
 * Texts in Redis are good in the generation in which they were loaded. A node that lost Redis may have missed to delete
 * one, or Redis may have come back with what it held earlier: so the node begins a new generation, for all nodes, before
 * it believes Redis again. What it had to delete meanwhile needs no list.
 */
export function openGeneration(options: { redis: Redis; key: string; onError: (error: unknown) => void }) {
  const { key, onError } = options
  const { commands } = options.redis
  /** How often Redis was lost, and the last loss that the generation in Redis makes up for. */
  let losses = 1
  let mended = 0
  /** Of the first loss since Redis was last believed. */
  let lostAt: number | undefined
  let retry: NodeJS.Timeout | undefined

  const renew = oneAtATime(
    async () => {
      if (commands.status !== 'ready' || mended === losses) return
      const mending = losses
      await commands.set(key, newMark())
      mended = mending
      if (mended === losses) lostAt = undefined
    },
    (error) => {
      onError(error)
      lose()
    },
  )

  function lose(): void {
    losses += 1
    lostAt ??= performance.now()
    clearTimeout(retry)
    retry = setTimeout(renew, RETRY_MS)
  }

  commands.on('close', lose).on('ready', renew)
  renew()
  return {
    /** Whether what Redis holds may be believed. */
    isTrusted: () => mended === losses,
    /** To be called when a delete failed. Resolves when every node must have noticed, if the fault is Redis's. */
    async lost(): Promise<void> {
      lose()
      await sleep(Math.max(0, (lostAt ?? 0) + NOTICED_BY_ALL_MS - performance.now()))
    },
    close(): void {
      clearTimeout(retry)
      commands.off('close', lose).off('ready', renew)
    },
  }
}

/** Never that of an earlier generation, whatever Redis forgot. */
export function newMark(): string {
  return randomBytes(9).toString('base64url')
}
