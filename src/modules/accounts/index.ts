export { migrations } from './migrations.ts'
export { isKnownHash } from './passwords.ts'
export { type AccountsRoom, openAccounts } from './room.ts'
export { accountRoutes, jwksRoute } from './routes.ts'
