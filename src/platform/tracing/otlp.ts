import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import {
  type Span as OtelSpan,
  SpanKind as OtelSpanKind,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { ExportResultCode, parseTraceParent } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { rarely } from '../../kit/rarely.ts'
import { tracesUrl } from './examination.ts'
import type { Span, SpanFacts, SpanKind, Tracing, TracingOptions } from './index.ts'

/** Of all that is not sent, the newest is dropped beyond this. */
const SPANS_MAX = 4_096
const EXPORT_EVERY_MS = 2_000
const EXPORT_MS = 10_000
/** At a stop nobody waits longer for a collector. */
const FAREWELL_MS = 2_000
/** A collector that is away is told this seldom. */
const TOLD_EVERY_MS = 60_000

const KINDS: Record<SpanKind, OtelSpanKind> = {
  server: OtelSpanKind.SERVER,
  internal: OtelSpanKind.INTERNAL,
  producer: OtelSpanKind.PRODUCER,
  consumer: OtelSpanKind.CONSUMER,
}

/** Registers nothing globally: whoever else uses OpenTelemetry in this process is not disturbed. */
export function openOtlpTracing({ serviceName, share, ...collector }: TracingOptions): Tracing {
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName, 'service.instance.id': randomUUID() }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: exporterTo(collector),
        maxQueueSize: SPANS_MAX,
        scheduledDelayMillis: EXPORT_EVERY_MS,
        exportTimeoutMillis: EXPORT_MS,
      }),
    ],
  })
  const tracer = provider.getTracer('loggia')
  const current = new AsyncLocalStorage<OtelSpan>()

  function contextOf(parent: string | null | undefined) {
    if (parent === undefined) {
      const span = current.getStore()
      return span === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, span)
    }
    const remote = parent === null ? null : parseTraceParent(parent)
    return remote === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { ...remote, isRemote: true })
  }

  function begin(name: string, { kind, parent, attributes = {} }: SpanFacts): Span {
    const span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, contextOf(parent))
    const { traceId, spanId, traceFlags } = span.spanContext()
    return {
      traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
      run: (work) => current.run(span, work),
      note: (more) => void span.setAttributes(more),
      fail: (code) => void span.setAttribute('error.type', code).setStatus({ code: SpanStatusCode.ERROR }),
      end: () => span.end(),
    }
  }

  return {
    begin,
    isActive: () => current.getStore() !== undefined,
    async close() {
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, FAREWELL_MS)
      await Promise.race([provider.shutdown().catch(() => {}), late])
      clearTimeout(timer)
    },
  }
}

type Collector = Pick<TracingOptions, 'endpoint' | 'headers' | 'onError'>

/** The library keeps a collector's refusals to itself. */
function exporterTo({ endpoint, headers, onError }: Collector): SpanExporter {
  const exporter = new OTLPTraceExporter({ url: tracesUrl(endpoint), headers, timeoutMillis: EXPORT_MS })
  const failed = rarely(TOLD_EVERY_MS, onError)
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.code !== ExportResultCode.SUCCESS) failed(result.error)
        done(result)
      }),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  }
}
