export { migrations } from './migrations.ts'
export { taskRoutes } from './routes.ts'
export { createTasks } from './tasks.ts'
