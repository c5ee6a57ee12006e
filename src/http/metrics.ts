import { monitorEventLoopDelay } from 'node:perf_hooks'
import { linesOf, type Metric } from './metric.ts'
import type { App } from './server.ts'

/** Seconds; from a cached read to a slow login. */
const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]

const TEXT = 'text/plain; version=0.0.4; charset=utf-8'

interface Series {
  labels: string
  /** Requests at most as long as the bucket of the same place. */
  within: number[]
  count: number
  sumSeconds: number
}

/**
 * The Prometheus text format (https://prometheus.io/docs/instrumenting/exposition_formats/), by route pattern and never by
 * address: the number of series must not grow with the callers. Queues bear names that people gave, so theirs are private.
 */
export function createMetrics(more: { activity: () => Metric[]; queues: () => Promise<Metric[]> }) {
  const seriesByLabels = new Map<string, Series>()
  const eventLoop = monitorEventLoopDelay({ resolution: 20 })
  eventLoop.enable()

  function observe(labels: string, seconds: number): void {
    let series = seriesByLabels.get(labels)
    if (series === undefined) {
      series = { labels, within: BUCKETS.map(() => 0), count: 0, sumSeconds: 0 }
      seriesByLabels.set(labels, series)
    }
    for (let at = BUCKETS.length - 1; at >= 0 && seconds <= Number(BUCKETS[at]); at -= 1)
      series.within[at] = (series.within[at] ?? 0) + 1
    series.count += 1
    series.sumSeconds += seconds
  }

  return {
    observe(app: App): void {
      app.addHook('onResponse', (request, reply, done) => {
        const route = request.routeOptions.url ?? 'none'
        const labels = `method="${request.method}",route="${route}",status="${reply.statusCode}"`
        observe(labels, reply.elapsedTime / 1000)
        done()
      })
    },
    route(app: App): void {
      app.get('/metrics', { config: { access: 'public', undocumented: true } }, async (_request, reply) => {
        const text = [
          ...processLines(eventLoop.percentile(99)),
          ...more.activity().flatMap(linesOf),
          ...durationLines(seriesByLabels.values()),
        ].join('\n')
        // As every Prometheus client does: one bad minute would otherwise be told for days.
        eventLoop.reset()
        return reply.type(TEXT).send(`${text}\n`)
      })
      app.get(
        '/metrics/queues',
        { config: { access: ['admin', 'key:metrics:read'], undocumented: true } },
        async (_request, reply) => {
          const lines = (await more.queues()).flatMap(linesOf)
          return reply.type(TEXT).send(`${lines.join('\n')}\n`)
        },
      )
    },
    close: () => eventLoop.disable(),
  }
}

function durationLines(all: Iterable<Series>): string[] {
  const name = 'loggia_http_request_duration_seconds'
  const lines = [`# HELP ${name} Time from the request to the end of its answer.`, `# TYPE ${name} histogram`]
  for (const { labels, within, count, sumSeconds } of all) {
    for (const [at, bound] of BUCKETS.entries())
      lines.push(`${name}_bucket{${labels},le="${bound}"} ${within[at]}`)
    lines.push(`${name}_bucket{${labels},le="+Inf"} ${count}`)
    lines.push(`${name}_sum{${labels}} ${sumSeconds}`, `${name}_count{${labels}} ${count}`)
  }
  return lines
}

/** Under the names that every Prometheus client uses, so that ready-made dashboards find them. */
function processLines(eventLoopDelayNs: number): string[] {
  const { rss, heapUsed } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  return [
    ...gauge('process_resident_memory_bytes', 'Resident memory.', rss),
    ...gauge('nodejs_heap_size_used_bytes', 'JavaScript heap in use.', heapUsed),
    ...gauge(
      'nodejs_eventloop_lag_p99_seconds',
      '99th percentile of the event loop delay since the last look.',
      eventLoopDelayNs / 1e9,
    ),
    ...gauge(
      'process_start_time_seconds',
      'When the process started.',
      Math.round(performance.timeOrigin) / 1000,
    ),
    '# HELP process_cpu_seconds_total CPU time.',
    '# TYPE process_cpu_seconds_total counter',
    `process_cpu_seconds_total ${(user + system) / 1e6}`,
  ]
}

function gauge(name: string, help: string, value: number): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`]
}
