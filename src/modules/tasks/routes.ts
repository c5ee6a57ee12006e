import { IdParams, NoContent, PageOf } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import { NewTask, Task, TaskPatch, TaskQuery } from './schemas.ts'
import type { Tasks } from './tasks.ts'

export function taskRoutes(app: App, tasks: Tasks): void {
  app.get(
    '/tasks',
    {
      config: { access: 'user' },
      schema: { summary: 'My tasks, newest first', querystring: TaskQuery, response: { 200: PageOf(Task) } },
    },
    (request) => tasks.list(request.caller, request.query),
  )
  app.post(
    '/tasks',
    {
      config: { access: 'user', location: '/api/v1/tasks' },
      schema: { summary: 'Make a task', body: NewTask, response: { 201: Task } },
    },
    (request) => tasks.create(request.caller, request.body),
  )
  app.get(
    '/tasks/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'One task', params: IdParams, response: { 200: Task } },
    },
    (request) => tasks.get(request.caller, request.params.id),
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
