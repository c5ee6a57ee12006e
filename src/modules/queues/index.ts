export { createMessages } from './messages.ts'
export { migrations } from './migrations.ts'
export { createQueues } from './queues.ts'
export { queueRoutes } from './routes.ts'

/** What an API key may be given here, and the role that it takes to give it. */
export const scopes = { 'queue:push': 'admin', 'queue:receive': 'admin' } as const
