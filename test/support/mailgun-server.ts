import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export interface Submission {
  path: string
  authorization: string
  fields: Record<string, string>
}

export interface TestMailgun {
  /** For `MAIL_URL`. */
  url: string
  submissions: Submission[]
  /** What it answers from now on. `hang`: nothing. `cut`: it closes the connection when the request has come. */
  answer: { status: number; body: string } | 'hang' | 'cut'
  close(): Promise<void>
}

export const QUEUED = { status: 200, body: '{"id": "<1@mg.example.org>", "message": "Queued. Thank you."}' }

/** The messages API of Mailgun as a client sees it: multipart form, basic authentication, its own words for each refusal. */
export async function startMailgun(options = ''): Promise<TestMailgun> {
  const own: TestMailgun = { url: '', submissions: [], answer: QUEUED, close }
  const server = createServer(async (request, response) => {
    own.submissions.push(await submissionOf(request))
    if (own.answer === 'cut') request.socket.destroy()
    else if (own.answer !== 'hang') response.writeHead(own.answer.status).end(own.answer.body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  own.url = `mailgun://key-abc@mg.example.org?api=http://127.0.0.1:${port}${options}`
  return own

  async function close(): Promise<void> {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
}

async function submissionOf(request: IncomingMessage): Promise<Submission> {
  const headers = { 'content-type': request.headers['content-type'] ?? '' }
  const form = await new Response(await buffer(request), { headers }).formData()
  const fields = Object.fromEntries([...form].map(([name, value]) => [name, String(value)]))
  const { authorization = '' } = request.headers
  return { path: `${request.method} ${request.url}`, authorization, fields }
}
