export { migrations } from './migrations.ts'
export { openMail } from './room.ts'
export { mailRoutes } from './routes.ts'
export { pickLocale } from './templates/compose.ts'
