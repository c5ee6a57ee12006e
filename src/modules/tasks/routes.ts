import { sendJsonText } from '../../http/conditional.ts'
import { IdParams, NoContent, PageOf } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import { exportRoutes } from './export-routes.ts'
import type { TasksRoom } from './room.ts'
import {
  Batch,
  BatchResult,
  ChangesQuery,
  NewTask,
  Task,
  TaskChanges,
  TaskPatch,
  TaskQuery,
} from './schemas.ts'

export function taskRoutes(app: App, room: TasksRoom): void {
  listRoutes(app, room)
  manyRoutes(app, room)
  oneRoutes(app, room)
  exportRoutes(app, room)
}

function listRoutes(app: App, { tasks, lists }: TasksRoom): void {
  app.get(
    '/tasks',
    {
      config: { access: 'user' },
      schema: {
        summary: 'My tasks, newest first unless sorted',
        querystring: TaskQuery,
        response: { 200: PageOf(Task) },
      },
    },
    async (request, reply) => sendJsonText(request, reply, await lists.serve(request.caller, request.query)),
  )
  app.post(
    '/tasks',
    {
      config: { access: 'user', location: '/api/v1/tasks' },
      schema: { summary: 'Make a task', body: NewTask, response: { 201: Task } },
    },
    (request) => tasks.create(request.caller, request.body),
  )
}

function manyRoutes(app: App, { batches, changes }: TasksRoom): void {
  app.post(
    '/tasks/batch',
    {
      config: { access: 'user' },
      schema: { summary: 'Make or complete many tasks at once', body: Batch, response: { 200: BatchResult } },
    },
    (request) => batches.run(request.caller, request.body),
  )
  app.get(
    '/tasks/changes',
    {
      config: { access: 'user' },
      schema: {
        summary: 'What happened to my tasks since then, deletions too',
        querystring: ChangesQuery,
        response: { 200: TaskChanges },
      },
    },
    (request) => changes.list(request.caller, request.query),
  )
}

function oneRoutes(app: App, { tasks }: TasksRoom): void {
  app.get(
    '/tasks/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'One task', params: IdParams, response: { 200: Task } },
    },
    async (request, reply) =>
      sendJsonText(request, reply, await tasks.show(request.caller, request.params.id)),
  )
  app.put(
    '/tasks/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'Replace a task', params: IdParams, body: NewTask, response: { 200: Task } },
    },
    ({ caller, params, body, headers }) =>
      tasks.update(caller, params.id, { done: false, due_at: null, ...body }, headers['if-match']),
  )
  app.patch(
    '/tasks/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'Change a task', params: IdParams, body: TaskPatch, response: { 200: Task } },
    },
    (request) => tasks.update(request.caller, request.params.id, request.body, request.headers['if-match']),
  )
  app.delete(
    '/tasks/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'Delete a task', params: IdParams, response: { 204: NoContent } },
    },
    (request) => tasks.remove(request.caller, request.params.id, request.headers['if-match']),
  )
}
