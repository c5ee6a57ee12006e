import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface EngineProxy {
  /** The engine's URL, by way of the proxy. */
  url: string
  /** Breaks every connection off and takes no new one: the engine is stopped. */
  refuse(): void
  /** Breaks every connection off, and takes new ones. */
  cut(): void
  /** Keeps every connection and takes new ones, but nothing more goes through: the engine or the way to it is silent. */
  hang(): void
  /** What is sent arrives, but no answer comes back. */
  mute(): void
  /** New connections go through, and so does what was held back. */
  comeBack(): void
  close(): Promise<void>
}

/** A TCP port of our own in front of an engine, so that a test can take the engine away from one process alone. */
export async function openProxy(engineUrl: string): Promise<EngineProxy> {
  const engine = new URL(engineUrl)
  const pairs = new Set<[Socket, Socket]>()
  let state: 'open' | 'hanging' | 'mute' | 'refusing' = 'open'

  const server = createServer((near) => {
    if (state === 'refusing') {
      near.resetAndDestroy()
      return
    }
    const far = connect({ host: engine.hostname, port: Number(engine.port) })
    const pair: [Socket, Socket] = [near, far]
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of pair) socket.on('error', end).on('close', end)
    near.on('data', (bytes) => void far.write(bytes))
    far.on('data', (bytes) => void near.write(bytes))
    if (state === 'hanging') hold(pair)
    if (state === 'mute') far.pause()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(engine)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)

  function cut(): void {
    for (const [near, far] of pairs) {
      near.resetAndDestroy()
      far.destroy()
    }
  }

  return {
    url: url.href,
    cut,
    refuse() {
      state = 'refusing'
      cut()
    },
    hang() {
      state = 'hanging'
      for (const pair of pairs) hold(pair)
    },
    mute() {
      state = 'mute'
      for (const [, far] of pairs) far.pause()
    },
    comeBack() {
      state = 'open'
      for (const pair of pairs) for (const socket of pair) socket.resume()
    },
    async close() {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}

function hold(pair: [Socket, Socket]): void {
  for (const socket of pair) socket.pause()
}
