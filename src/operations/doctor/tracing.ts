import type { Config } from '../../config.ts'
import { reasonOf } from '../../kit/reason.ts'
import { type Finding, good, warning } from './finding.ts'

/** Sends no span. */
export async function tracing({ otlpEndpoint: endpoint, otlpHeaders = {} }: Config): Promise<Finding[]> {
  if (endpoint === undefined) return []
  const { host } = new URL(endpoint)
  try {
    await (await import('../../platform/tracing/index.ts')).examineTracing({ endpoint, headers: otlpHeaders })
    return [good('traces', `${host} takes traces from us`)]
  } catch (error) {
    return [
      warning(
        'traces',
        `${host} does not take traces: ${reasonOf(error)}; all else runs, and they are lost`,
        'Start the collector, or correct OTEL_EXPORTER_OTLP_ENDPOINT (its HTTP port, mostly 4318) and OTEL_EXPORTER_OTLP_HEADERS.',
      ),
    ]
  }
}
