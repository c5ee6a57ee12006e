import type { App } from './server.ts'
export function consoleRoutes(_app: App): void {}
