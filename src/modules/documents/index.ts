export type { Gather } from './drawing.ts'
export { migrations } from './migrations.ts'
export { type DocumentsRoom, openDocuments } from './room.ts'
export { documentRoutes, sendPdf } from './routes.ts'
