import { LRUCache } from 'lru-cache'
import type { Cache } from '../platform/cache/index.ts'
import type { JsonText } from './conditional.ts'

/** Kept so long where nothing changes; what changed has another key. */
const KEPT_SECONDS = 600
/** Of texts that are ready to be sent, in this process. */
const READY_BYTES_MAX = 32 * 1024 * 1024

interface ReadyText extends JsonText {
  text: Buffer
}

/**
 * Answers as ready bytes, kept in this process and in the cache. Their key must hold the version of what they show, read
 * from the database each time: then no node can show what was before, and there is nothing that would have to be deleted
 * in time. Why: docs/decisions/2026-11-20-task-lists.md.
 */
export function createReadyTexts({ cache }: { cache: Cache }) {
  const ready = new LRUCache<string, ReadyText>({
    maxSize: READY_BYTES_MAX,
    sizeCalculation: ({ text }) => text.length,
  })

  async function keep(key: string, load: () => Promise<JsonText>): Promise<ReadyText> {
    const answer = unpack(await cache.read(key, KEPT_SECONDS, async () => pack(await load())))
    ready.set(key, answer)
    return answer
  }

  return {
    read: (key: string, load: () => Promise<JsonText>): ReadyText | Promise<ReadyText> =>
      ready.get(key) ?? keep(key, load),
  }
}

function pack({ etag, nextCursor, text }: JsonText): string {
  return `${etag}\n${nextCursor ?? ''}\n${text}`
}

function unpack(packed: string): ReadyText {
  const first = packed.indexOf('\n')
  const second = packed.indexOf('\n', first + 1)
  const nextCursor = packed.slice(first + 1, second) || null
  return { etag: packed.slice(0, first), nextCursor, text: Buffer.from(packed.slice(second + 1)) }
}
