export { migrations } from './migrations.ts'
export { repairRoutes } from './repair-routes.ts'
export { openQueues, type QueuesRoom } from './room.ts'
export { queueRoutes } from './routes.ts'

/** What an API key may be given here, and the role that it takes to give it. */
export const scopes = {
  'queue:push': 'admin',
  'queue:push:*': 'admin',
  'queue:receive': 'admin',
  'queue:receive:*': 'admin',
} as const
