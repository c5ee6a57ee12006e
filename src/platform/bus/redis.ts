import { randomUUID } from 'node:crypto'
import { rarely } from '../../kit/rarely.ts'
import type { Redis } from '../redis/index.ts'
import type { Bus } from './index.ts'
import { createListeners } from './listeners.ts'

const TELL_MS = 60_000

/**
 * Listeners of this process are poked at once, those of others through one channel, by messages of one line for the sender
 * and one for each topic. What could not be sent is sent when Redis is back; and whoever could not hear then pokes all its
 * listeners once.
 */
export function createRedisBus(options: {
  redis: Redis
  namespace: string
  onError: (error: unknown) => void
}): Bus {
  const { commands, connect } = options.redis
  const tell = rarely(TELL_MS, options.onError)
  const channel = `${options.namespace}:bus`
  const self = randomUUID()
  const listeners = createListeners()
  const unsent = new Set<string>()
  let sending: NodeJS.Immediate | undefined

  function send(): void {
    clearImmediate(sending)
    sending = undefined
    if (unsent.size === 0) return
    const topics = [...unsent]
    unsent.clear()
    commands.publish(channel, [self, ...topics].join('\n')).catch((error) => {
      for (const topic of topics) unsent.add(topic)
      tell(error)
    })
  }

  const subscriber = connect()
  subscriber.on('message', (_channel: string, message: string) => {
    const [sender, ...topics] = message.split('\n')
    if (sender !== self) topics.forEach(listeners.poke)
  })
  subscriber.on('ready', () => subscriber.subscribe(channel).then(listeners.pokeAll, tell))
  commands.on('ready', send)

  return {
    publish(topic) {
      listeners.poke(topic)
      unsent.add(topic)
      sending ??= setImmediate(send)
    },
    subscribe: listeners.subscribe,
    async close() {
      commands.off('ready', send)
      send()
      subscriber.disconnect()
      listeners.clear()
    },
  }
}
