import { suite } from 'node:test'
import { alertsOverNodes } from '../contracts/nodes-alerts.ts'
import { rateLimitOverNodes } from '../contracts/nodes-rate-limit.ts'
import { sessionsOverNodes } from '../contracts/nodes-sessions.ts'
import { writesOverNodes } from '../contracts/nodes-writes.ts'
import { type Engine, unreachable } from '../support/engines.ts'
import { type Nodes, startNodes } from '../support/nodes.ts'

const SHARED: Record<string, Engine[]> = {
  'PostgreSQL alone': ['postgres'],
  'PostgreSQL and Redis': ['postgres', 'redis'],
}

for (const [what, engines] of Object.entries(SHARED)) {
  suite(`several nodes that share ${what}`, { skip: await unreachable(...engines) }, () => {
    const start = (settings?: Record<string, string>): Promise<Nodes> => startNodes(engines, settings)
    sessionsOverNodes(start)
    writesOverNodes(start)
    alertsOverNodes(start)
    rateLimitOverNodes(start, { isShared: engines.includes('redis') })
  })
}
