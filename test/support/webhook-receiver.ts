import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Posted {
  path: string
  headers: IncomingHttpHeaders
  body: string
}

export interface WebhookReceiver {
  port: number
  posted: Posted[]
  /** Connections that were made, whatever was sent on them. */
  connections: number
  /** How it answers from now on. */
  answer: (response: ServerResponse) => void
  close(): Promise<void>
}

/** Whoever waits for webhooks on this machine. */
export async function startReceiver(): Promise<WebhookReceiver> {
  const receiver: WebhookReceiver = {
    port: 0,
    posted: [],
    connections: 0,
    answer: (response) => response.writeHead(204).end(),
    close,
  }
  const server = createServer(async (request, response) => {
    const { url: path = '', headers } = request
    receiver.posted.push({ path, headers, body: await text(request) })
    receiver.answer(response)
  })
  server.on('connection', () => {
    receiver.connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  receiver.port = (server.address() as AddressInfo).port
  return receiver

  async function close(): Promise<void> {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
}
