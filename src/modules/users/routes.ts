import { IdParams, NoContent, PageOf, PageQuery } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import { pictureRoutes } from './picture-routes.ts'
import type { Pictures } from './pictures.ts'
import { Stats, StatsPatch, StatsReplacement, User, UserPatch, UserReplacement } from './schemas.ts'
import type { StatsOfUsers } from './stats.ts'
import type { Users } from './users.ts'

/** What a replacement does not name. */
const UNSET = { email: null, given_name: null, family_name: null, gender: null }

interface Nouns {
  users: Users
  stats: StatsOfUsers
  pictures: Pictures
}

export function userRoutes(app: App, { users, stats, pictures }: Nouns): void {
  app.get(
    '/users',
    {
      config: { access: 'user' },
      schema: { summary: 'List users', querystring: PageQuery, response: { 200: PageOf(User) } },
    },
    (request) => users.list(request.caller, request.query),
  )
  app.get(
    '/users/me',
    { config: { access: 'user' }, schema: { summary: 'Who I am', response: { 200: User } } },
    (request) => users.get(request.caller, request.caller.userId),
  )
  app.get(
    '/users/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'One user', params: IdParams, response: { 200: User } },
    },
    (request) => users.get(request.caller, request.params.id),
  )
  app.patch(
    '/users/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'Change a user', params: IdParams, body: UserPatch, response: { 200: User } },
    },
    (request) =>
      users.update(request.caller, request.params.id, request.body, { ifMatch: request.headers['if-match'] }),
  )
  app.put(
    '/users/:id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Replace what a user wrote of themselves',
        params: IdParams,
        body: UserReplacement,
        response: { 200: User },
      },
    },
    ({ caller, params, body, headers }) =>
      users.update(caller, params.id, { ...UNSET, ...body }, { ifMatch: headers['if-match'] }),
  )
  app.delete(
    '/users/:id',
    {
      config: { access: 'fresh' },
      schema: {
        summary: 'Delete a user and all that is theirs',
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    (request) => users.remove(request.caller, request.params.id, request.headers['if-match']),
  )
  statsRoutes(app, stats)
  pictureRoutes(app, pictures)
}

function statsRoutes(app: App, stats: StatsOfUsers): void {
  app.get(
    '/users/:id/stats',
    {
      config: { access: 'user' },
      schema: { summary: 'Statistics', params: IdParams, response: { 200: Stats } },
    },
    (request) => stats.get(request.caller, request.params.id),
  )
  app.patch(
    '/users/:id/stats',
    {
      config: { access: 'user' },
      schema: { summary: 'Change statistics', params: IdParams, body: StatsPatch, response: { 200: Stats } },
    },
    (request) => stats.update(request.caller, request.params.id, request.body, request.headers['if-match']),
  )
  app.put(
    '/users/:id/stats',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Replace statistics',
        params: IdParams,
        body: StatsReplacement,
        response: { 200: Stats },
      },
    },
    (request) => stats.update(request.caller, request.params.id, request.body, request.headers['if-match']),
  )
  app.post(
    '/users/:id/stats/increments',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Add to statistics',
        params: IdParams,
        body: StatsPatch,
        response: { 200: Stats },
      },
    },
    (request) => stats.increase(request.caller, request.params.id, request.body),
  )
}
