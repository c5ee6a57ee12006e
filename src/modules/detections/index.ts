export type { Detected, Detections } from './detections.ts'
export { migrations } from './migrations.ts'
export { openDetections } from './room.ts'
export { detectionRoutes } from './routes.ts'
export { Detection } from './schemas.ts'

/** What an API key may be given here, and the role that it takes to give it. */
export const scopes = { 'detections:write': 'user' } as const
