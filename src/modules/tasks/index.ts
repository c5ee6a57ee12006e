export { migrations } from './migrations.ts'
export { taskRoutes } from './routes.ts'
export type { Task } from './schemas.ts'
export { createTasks, type Tasks } from './tasks.ts'
