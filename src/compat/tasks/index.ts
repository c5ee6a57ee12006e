import { parseFormBodies } from '../../http/form-body.ts'
import type { ForeignApi } from '../../http/server.ts'
import { accountRoutes } from './account-routes.ts'
import { refuse } from './refusals.ts'
import { type TasksApiRooms, taskRoutes } from './task-routes.ts'

export type { TasksApiRooms } from './task-routes.ts'

/** Everybody's own tasks (API 002 of docs/compat.md). */
export function tasksApi(rooms: TasksApiRooms): ForeignApi {
  return {
    prefix: '/compat/tasks',
    arch: 'compat-tasks',
    routes(scope) {
      parseFormBodies(scope)
      accountRoutes(scope, rooms)
      taskRoutes(scope, rooms)
    },
    refuse,
  }
}
