export type { Gather } from './drawing.ts'
export { migrations } from './migrations.ts'
export { openDocuments } from './room.ts'
export { documentRoutes } from './routes.ts'
