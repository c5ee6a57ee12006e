import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What Node itself can do: what is posted goes to every open response. No rights, no store, no history. */
const streams = new Set<ServerResponse>()
let lastId = 0

const server = createServer(async (request, response) => {
  if (request.method === 'GET' && request.url === '/stream') return open(response)
  if (request.method === 'POST') broadcast(await text(request))
  response.writeHead(204).end()
})

function open(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
  streams.add(response)
  response.on('close', () => streams.delete(response))
}

function broadcast(data: string): void {
  lastId += 1
  const event = Buffer.from(`id: ${lastId}\nevent: alert\ndata: ${data}\n\n`)
  for (const stream of streams) stream.write(event)
}

server.listen(0, '127.0.0.1', () =>
  console.log(`ready at http://127.0.0.1:${(server.address() as AddressInfo).port}`),
)
