import type { App } from './server.ts'
import { Type } from './type.ts'

const State = Type.Object({ status: Type.String(), missing: Type.Array(Type.String()) })

export interface HealthCheck {
  name: string
  /** Throws when the engine does not answer. */
  check: () => Promise<void>
}

/** `/livez`: the process turns. `/readyz`: everything that it needs answers; which does not is said. */
export function healthRoutes(app: App, checks: HealthCheck[]): void {
  app.get(
    '/livez',
    {
      config: { access: 'public' },
      schema: { summary: 'The process is alive', tags: ['ops'], response: { 200: State } },
    },
    async () => ({ status: 'alive', missing: [] }),
  )
  app.get(
    '/readyz',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Everything the process needs answers',
        tags: ['ops'],
        response: { 200: State, 503: State },
      },
    },
    async (_request, reply) => {
      const missing = await missingOf(checks)
      reply.code(missing.length === 0 ? 200 : 503).header('cache-control', 'no-store')
      return { status: missing.length === 0 ? 'ready' : 'unavailable', missing }
    },
  )
}

async function missingOf(checks: HealthCheck[]): Promise<string[]> {
  const results = await Promise.allSettled(checks.map(({ check }) => check()))
  return checks.filter((_, index) => results[index]?.status === 'rejected').map(({ name }) => name)
}
