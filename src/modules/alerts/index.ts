export { migrations } from './migrations.ts'
export { type AlertsRoom, openAlerts } from './room.ts'
export { alertRoutes } from './routes.ts'
export { webhookRoutes } from './webhook-routes.ts'
