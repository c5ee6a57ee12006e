export { createMails, handleMailJobs } from './mails.ts'
export { migrations } from './migrations.ts'
export { mailRoutes } from './routes.ts'
export { pickLocale } from './templates/compose.ts'
