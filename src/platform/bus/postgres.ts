import type { Bus } from './index.ts'
import { createListeners } from './listeners.ts'
import { openNotifications } from './postgres-notifications.ts'

/** For listeners of every topic: look again. */
const ALL = '*'
/** PostgreSQL takes payloads of less than 8000 bytes. */
const PAYLOAD_BYTES_MAX = 7_999

/**
 * LISTEN and NOTIFY on a connection of its own. Listeners of this process are poked at once, others by a notification whose
 * payload is the topic. While the connection is lost nothing goes out or comes in; once it is back, everybody on the channel
 * is poked for every topic.
 */
export async function openPostgresBus(options: {
  url: string
  namespace: string
  onError: (error: unknown) => void
}): Promise<Bus> {
  const { url, namespace, onError } = options
  const listeners = createListeners()
  const pending = new Set<string>()
  const notifications = await openNotifications({
    url,
    channel: `${namespace}_pokes`,
    onNotified: (payload) => (payload === ALL ? listeners.pokeAll() : listeners.poke(payload)),
    onBack() {
      listeners.pokeAll()
      notifications.send([ALL])
    },
    onError,
  })

  /** What is published in one turn leaves at its end, each topic once. */
  function flush(): void {
    if (pending.size === 0) return
    const topics = [...pending]
    pending.clear()
    notifications.send(topics)
  }

  return {
    publish(topic) {
      listeners.poke(topic)
      if (pending.size === 0) setImmediate(flush)
      pending.add(Buffer.byteLength(topic) > PAYLOAD_BYTES_MAX ? ALL : topic)
    },
    subscribe: listeners.subscribe,
    async close() {
      listeners.clear()
      // What a short command changed others must hear, too.
      flush()
      await notifications.close()
    },
  }
}
