import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerTo } from './reference-answers.ts'

/** What Node itself can do: no router, no schema, no store. */
const server = createServer((request, response) => {
  const text = JSON.stringify(answerTo(request.url ?? ''))
  request.resume().on('end', () => {
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
      .end(text)
  })
})
server.listen(0, '127.0.0.1', () =>
  console.log(`ready at http://127.0.0.1:${(server.address() as AddressInfo).port}`),
)
