import type { OpenDatabase } from '../database/index.ts'
import type { Jobs, QueueFor } from '../jobs/index.ts'
import { traceChanges } from './changes.ts'
import { traceJobs, traceQueue } from './jobs.ts'

export type SpanKind = 'server' | 'internal' | 'producer' | 'consumer'

export interface SpanFacts {
  kind: SpanKind
  /** A `traceparent` (https://www.w3.org/TR/trace-context/), or `null` for a trace of its own; else the span that runs here. */
  parent?: string | null
  /** Names of our own making and numbers: nothing that a person has written. */
  attributes?: Record<string, string | number>
}

export interface Span {
  readonly traceparent: string
  /** What begins in `work` is a part of this span. */
  run<Result>(work: () => Result): Result
  note(attributes: Record<string, string | number>): void
  /** The code of what went wrong, never its sentence. */
  fail(code: string): void
  end(): void
}

/** What happens, in which order and on whose behalf, over all processes, as OpenTelemetry has it. */
export interface Tracing {
  begin(name: string, facts: SpanFacts): Span
  /** Whether something that is traced runs here. */
  isActive(): boolean
  /** Sends what is left, within a bounded time. */
  close(): Promise<void>
}

export interface TracingOptions {
  endpoint: string
  headers: Record<string, string>
  serviceName: string
  /** Of the traces that begin here, from 0 to 1. */
  share: number
  onError: (error: unknown) => void
}

/** Sent to the collector at `endpoint` by OTLP over HTTP; and the seams as they are where what they do is traced. */
export async function openTracing(options: TracingOptions) {
  const tracing: Tracing = (await import('./otlp.ts')).openOtlpTracing(options)
  return {
    ...tracing,
    changesOf: (db: OpenDatabase, system: string) => traceChanges(db, tracing, system),
    jobsOf: (jobs: Jobs) => traceJobs(jobs, tracing),
    queuesOf:
      (queueFor: QueueFor): QueueFor =>
      (job) =>
        traceQueue(queueFor(job), job, tracing),
  }
}

/** Throws what the collector or the network says instead of taking traces. */
export async function examineTracing(options: Pick<TracingOptions, 'endpoint' | 'headers'>): Promise<void> {
  await (await import('./examination.ts')).examineCollector(options)
}
