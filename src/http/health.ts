import type { App } from './server.ts'
import { Type } from './type.ts'

const State = Type.Object({ status: Type.String(), missing: Type.Array(Type.String()) })

/** By the name of the engine; throws when it does not answer. */
type Pings = Record<string, () => Promise<void>>

/** `/livez`: the process turns. `/readyz`: everything that it needs answers; which does not is said. */
export function healthRoutes(app: App, pings: Pings): void {
  app.get(
    '/livez',
    {
      config: { access: 'public', untraced: true },
      schema: { summary: 'The process is alive', tags: ['ops'], response: { 200: State } },
    },
    async () => ({ status: 'alive', missing: [] }),
  )
  app.get(
    '/readyz',
    {
      config: { access: 'public', untraced: true },
      schema: {
        summary: 'Everything the process needs answers',
        tags: ['ops'],
        response: { 200: State, 503: State },
      },
    },
    async (_request, reply) => {
      const missing = await missingOf(pings)
      reply.code(missing.length === 0 ? 200 : 503).header('cache-control', 'no-store')
      return { status: missing.length === 0 ? 'ready' : 'unavailable', missing }
    },
  )
}

async function missingOf(pings: Pings): Promise<string[]> {
  const names = Object.keys(pings)
  const results = await Promise.allSettled(Object.values(pings).map((ping) => ping()))
  return names.filter((_, index) => results[index]?.status === 'rejected')
}
