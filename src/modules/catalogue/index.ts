export { migrations } from './migrations.ts'
export { openCatalogue } from './room.ts'
export { catalogueRoutes } from './routes.ts'
