import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

export interface ReceivedSpan {
  name: string
  kind: number
  traceId: string
  spanId: string
  parentSpanId?: string
  attributes: Record<string, string | number>
  failed: boolean
  /** Nanoseconds. */
  startTimeUnixNano: string
  service: string
}

export interface OtlpReceiver {
  address: string
  headers: IncomingHttpHeaders[]
  spans: ReceivedSpan[]
  /** Those of one trace, in the order of their beginning. */
  trace(traceId: string): ReceivedSpan[]
  close(): Promise<void>
}

type Attribute = { key: string; value: { stringValue?: string; intValue?: number; doubleValue?: number } }

/** An OpenTelemetry collector: it takes spans as OTLP over HTTP, in JSON. */
export async function startOtlpReceiver(status = 200): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = []
  const headers: IncomingHttpHeaders[] = []
  const server = createServer(async (request, response) => {
    const wanted = request.method === 'POST' && request.url === '/v1/traces'
    // biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
    const body = (await json(request)) as any
    headers.push(request.headers)
    if (wanted) for (const { resource, scopeSpans } of body.resourceSpans) take(resource, scopeSpans)
    response.writeHead(wanted ? status : 404, { 'content-type': 'application/json' }).end('{}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')

  // biome-ignore lint/suspicious/noExplicitAny: as the protocol has it
  function take(resource: any, scopes: any[]): void {
    for (const span of scopes.flatMap((scope) => scope.spans))
      spans.push({
        ...span,
        attributes: valuesOf(span.attributes),
        failed: span.status.code === 2,
        service: String(valuesOf(resource.attributes)['service.name']),
      })
  }

  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    headers,
    spans,
    trace: (traceId) =>
      spans
        .filter((span) => span.traceId === traceId)
        .sort((one, other) => Number(BigInt(one.startTimeUnixNano) - BigInt(other.startTimeUnixNano))),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function valuesOf(attributes: Attribute[]): Record<string, string | number> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? Number(value.intValue ?? value.doubleValue),
    ]),
  )
}
