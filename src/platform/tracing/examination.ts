import type { TracingOptions } from './index.ts'

const ANSWER_MS = 5_000

/** https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp */
export function tracesUrl(endpoint: string): string {
  return `${endpoint}/v1/traces`
}

/** Sends no span. */
export async function examineCollector({
  endpoint,
  headers,
}: Pick<TracingOptions, 'endpoint' | 'headers'>): Promise<void> {
  const answer = await fetch(tracesUrl(endpoint), {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: '{"resourceSpans":[]}',
    signal: AbortSignal.timeout(ANSWER_MS),
  })
  if (!answer.ok) throw new Error(`it answers ${answer.status}`)
}
