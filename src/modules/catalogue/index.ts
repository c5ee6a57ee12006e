export { migrations } from './migrations.ts'
export { type Catalogue, openCatalogue } from './room.ts'
export { catalogueRoutes } from './routes.ts'
export { type Item, Name, type Store, type Tag } from './schemas.ts'
