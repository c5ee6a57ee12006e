import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Proxy {
  port: number
  /** Breaks every connection and each new one, as an engine that is gone. */
  cut(): void
  /** Takes connections and bytes and passes nothing on, as an engine that was stopped in its sleep. */
  hang(): void
  /** Passes on what came while it hung, and everything from now on. */
  restore(): void
  close(): Promise<void>
}

/** Stands between a client and the engine on `port` of this machine. */
export async function startProxy(port: number): Promise<Proxy> {
  let mode: 'open' | 'hanging' | 'cut' = 'open'
  const pairs = new Set<[Socket, Socket]>()

  const server = createServer((client) => {
    const engine = connect(port, '127.0.0.1')
    const pair: [Socket, Socket] = [client, engine]
    pairs.add(pair)
    couple(client, engine)
    couple(engine, client)
    client.once('close', () => pairs.delete(pair))
    settle(pair)
  })

  function settle(pair: [Socket, Socket]): void {
    for (const socket of pair) {
      if (mode === 'cut') socket.destroy()
      else if (mode === 'hanging') socket.pause()
      else socket.resume()
    }
  }

  function become(next: typeof mode): void {
    mode = next
    for (const pair of [...pairs]) settle(pair)
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => become('cut'),
    hang: () => become('hanging'),
    restore: () => become('open'),
    async close() {
      become('cut')
      server.close()
      await once(server, 'close')
    },
  }
}

function couple(from: Socket, to: Socket): void {
  from.on('data', (bytes) => to.write(bytes))
  from.on('error', () => {})
  from.on('end', () => to.end())
  from.on('close', () => to.destroySoon())
}
