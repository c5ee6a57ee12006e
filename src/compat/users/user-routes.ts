import type { FastifyRequest } from 'fastify'
import { sendList } from '../../http/json-list.ts'
import { NoContent } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import { Type } from '../../http/type.ts'
import type { AccountsRoom, SessionTerms } from '../../modules/accounts/index.ts'
import type { DocumentsRoom } from '../../modules/documents/index.ts'
import type { StatsOfUsers, Users } from '../../modules/users/index.ts'
import type { Transaction } from '../../platform/database/index.ts'
import {
  idIn,
  malformed,
  membersOf,
  ownIdIn,
  present,
  readPassword,
  readProfile,
  readStats,
  User,
} from './shapes.ts'

export interface UsersApiRooms {
  accounts: AccountsRoom
  users: Users
  stats: StatsOfUsers
  documents: DocumentsRoom
}

/** Its clients know no refresh. A token ends all the same, and with its account at once. */
const TERMS: SessionTerms = {
  accessSeconds: 30 * 86_400,
  sessionSeconds: 30 * 86_400,
  moreClaims: ({ id }, type) => ({ identity: id, type }),
}
const CHUNK = 100

const open = { access: 'public' } as const
const user = { access: 'user', scheme: 'Bearer' } as const
const Registered = Type.Object({ token: Type.String(), user: User })
const SignedIn = Type.Object({ success: Type.Boolean(), token: Type.String(), user: Type.String() })

export function userRoutes(app: App, rooms: UsersApiRooms): void {
  const { users } = rooms
  signInRoutes(app, rooms)
  const list = { config: open, schema: { response: { 200: Type.Array(User) } } }
  app.get('/users', list, (_request, reply) =>
    sendList(reply, (cursor) => users.list(null, { limit: CHUNK, ...(cursor ? { cursor } : {}) }), present),
  )
  app.get('/users/me', { config: user, schema: { response: { 200: User } } }, async ({ caller }) =>
    present(await users.get(caller, caller.userId)),
  )
  app.get('/users/:id', { config: open, schema: { response: { 200: User } } }, async ({ params }) =>
    present(await users.get(null, idIn(params))),
  )
  app.route({
    method: ['PUT', 'PATCH'],
    url: '/users/:id',
    config: user,
    schema: { response: { 200: User } },
    handler: (request) => change(rooms, request),
  })
  app.delete('/users/:id', { config: user, schema: { response: { 204: NoContent } } }, async (request) =>
    users.remove(request.caller, ownIdIn(request)),
  )
}

function signInRoutes(app: App, { accounts }: UsersApiRooms): void {
  app.post(
    '/users',
    { config: open, schema: { response: { 200: Registered } } },
    async ({ body, ip, headers }) => {
      const members = membersOf(body)
      const { username, password } = credentialsIn(members)
      const { email, gender } = readProfile(members)
      const chosen = {
        username,
        password: readPassword(password),
        gender: gender ?? null,
        ...(email ? { email } : {}),
        ...(members['stats'] == null ? {} : { stats: readStats(members['stats']) as Record<string, number> }),
      }
      const locale = accounts.pickLocale(headers['accept-language'])
      const device = { ip, userAgent: headers['user-agent'] }
      const made = await accounts.registration.register(chosen, locale, device, TERMS)
      const profile = made.user as Parameters<typeof present>[0]
      return { token: made.access_token, user: present(profile) }
    },
  )
  app.post(
    '/login',
    { config: open, schema: { response: { 200: SignedIn } } },
    async ({ body, ip, headers }) => {
      const credentials = credentialsIn(membersOf(body))
      const device = { ip, userAgent: headers['user-agent'] }
      const signedIn = await accounts.accounts.login(credentials, device, TERMS)
      const { id } = signedIn.user as { id: number }
      return { success: true, token: signedIn.access_token, user: `/users/${id}` }
    },
  )
}

interface Credentials {
  username: string
  password: string
}

function credentialsIn({ username, password }: Record<string, unknown>): Credentials {
  const given = [username, password].every((value) => typeof value === 'string' && value !== '')
  if (!given) throw malformed('Bad username or password')
  return { username, password } as Credentials
}

/** PUT and PATCH alike change what is given, all of it or nothing. */
async function change({ accounts, users, stats }: UsersApiRooms, request: FastifyRequest) {
  const { caller, body } = request
  const id = ownIdIn(request)
  const members = membersOf(body)
  const profile = readProfile(members)
  const counts = members['stats'] == null ? {} : readStats(members['stats'])
  const password = members['password'] == null ? null : readPassword(members['password'])
  const replacePassword = password && (await accounts.accounts.passwordReplacement(caller, password))
  async function along(tx: Transaction) {
    if (Object.keys(counts).length > 0) await stats.set(tx, id, counts)
    if (replacePassword) await replacePassword(tx)
  }
  return present(await users.update(caller, id, profile, { along }))
}
