import type { FastifyRequest } from 'fastify'
import type { Caller } from '../../http/access.ts'
import { sendList } from '../../http/json-list.ts'
import { NoContent } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import { Type } from '../../http/type.ts'
import { notFound } from '../../kit/errors.ts'
import type { AccountsRoom } from '../../modules/accounts/index.ts'
import type { Task as TaskOfOurs, Tasks } from '../../modules/tasks/index.ts'
import { readFields } from './fields.ts'

export interface TasksApiRooms {
  accounts: AccountsRoom
  tasks: Tasks
}

const TEXT = { text: { lengthMax: 200 } }
/** Read at once while a list without pages is sent. */
const CHUNK = 100

const UNSLASHED = [
  ...['', '/tasks', '/tasks/:id', '/users', '/users/:id'],
  ...['/register', '/login', '/refresh', '/logout'],
]

const Task = Type.Object({
  id: Type.Integer(),
  author: Type.String(),
  text: Type.String(),
  pub_date: Type.String(),
})
const Root = Type.Object({ tasks: Type.String() })
const User = Type.Object({
  id: Type.Integer(),
  username: Type.String(),
  tasks: Type.Array(Type.String()),
})
const own = { access: 'user', scheme: 'Token' } as const

export function taskRoutes(app: App, { tasks }: TasksApiRooms): void {
  for (const path of UNSLASHED)
    app.get(`/api/v1${path}`, { config: { access: 'public', undocumented: true } }, (request, reply) =>
      reply.redirect(slashed(request), 301),
    )

  const root = { config: { access: 'public' }, schema: { response: { 200: Root } } } as const
  app.get('/api/v1/', root, async (request) => ({
    tasks: `${request.protocol}://${request.host}${slashed(request)}tasks/`,
  }))
  const list = { config: own, schema: { response: { 200: Type.Array(Task) } } }
  app.get('/api/v1/tasks/', list, ({ caller }, reply) =>
    sendList(reply, (cursor) => tasks.list(caller, { limit: CHUNK, ...(cursor ? { cursor } : {}) }), present),
  )
  app.post('/api/v1/tasks/', { config: own, schema: { response: { 201: Task } } }, async ({ caller, body }) =>
    present(await tasks.create(caller, readFields(body, TEXT))),
  )
  app.get(
    '/api/v1/tasks/:id/',
    { config: own, schema: { response: { 200: Task } } },
    async ({ caller, params }) => present(await tasks.get(caller, idIn(params))),
  )
  app.put(
    '/api/v1/tasks/:id/',
    { config: own, schema: { response: { 200: Task } } },
    async ({ caller, params, body }) => {
      const id = idIn(params)
      await tasks.get(caller, id)
      return present(await tasks.update(caller, id, readFields(body, TEXT)))
    },
  )
  app.patch(
    '/api/v1/tasks/:id/',
    { config: own, schema: { response: { 200: Task } } },
    async ({ caller, params, body }) => {
      const id = idIn(params)
      const before = await tasks.get(caller, id)
      readFields(body, {})
      const isEmpty = Object(body).text === undefined
      return present(isEmpty ? before : await tasks.update(caller, id, readFields(body, TEXT)))
    },
  )
  app.delete(
    '/api/v1/tasks/:id/',
    { config: own, schema: { response: { 204: NoContent } } },
    ({ caller, params }) => tasks.remove(caller, idIn(params)),
  )
  userRoutes(app, tasks)
}

/** Nobody but the caller: whose tasks these are is nobody else's business. */
function userRoutes(app: App, tasks: Tasks): void {
  app.get(
    '/api/v1/users/',
    { config: own, schema: { response: { 200: Type.Array(User) } } },
    async ({ caller }) => [await describe(tasks, caller)],
  )
  app.get(
    '/api/v1/users/:id/',
    { config: own, schema: { response: { 200: User } } },
    ({ caller, params }) => {
      if (idIn(params) !== caller.userId) throw notFound('user')
      return describe(tasks, caller)
    },
  )
}

async function describe(tasks: Tasks, { userId: id, username }: Caller) {
  return { id, username, tasks: (await tasks.allOf(id)).map(({ text }) => text) }
}

/** Times of microseconds, as this API writes them. */
function present({ id, author, text, created_at }: TaskOfOurs) {
  return { id, author, text, pub_date: created_at.replace('Z', '000Z') }
}

/** What is no number is no task. */
function idIn(params: unknown): number {
  const { id } = params as { id: string }
  if (!/^[1-9]\d{0,14}$/.test(id)) throw notFound('task')
  return Number(id)
}

function slashed({ url }: FastifyRequest): string {
  const [path = '', query] = url.split('?')
  return `${path.replace(/\/*$/, '/')}${query === undefined ? '' : `?${query}`}`
}
