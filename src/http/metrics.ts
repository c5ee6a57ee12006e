import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { App } from './server.ts'

/** Seconds; from a cached read to a slow login. */
const BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5]

/** Prometheus metrics by route pattern, never by address: their number must not grow with the callers. */
export function createMetrics() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const durations = new Histogram({
    name: 'loggia_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  })

  return {
    observe(app: App): void {
      app.addHook('onResponse', async (request, reply) => {
        const route = request.routeOptions.url ?? 'none'
        durations.observe(
          { method: request.method, route, status: reply.statusCode },
          reply.elapsedTime / 1000,
        )
      })
    },
    route(app: App): void {
      app.get('/metrics', { config: { access: 'public', undocumented: true } }, async (_request, reply) => {
        return reply.type(registry.contentType).send(await registry.metrics())
      })
    },
  }
}
