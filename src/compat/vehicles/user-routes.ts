import { Line, Username } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import { Type } from '../../http/type.ts'
import { invalid } from '../../kit/errors.ts'
import type { AccountsRoom } from '../../modules/accounts/index.ts'
import type { AlertsRoom } from '../../modules/alerts/index.ts'
import type { Detections } from '../../modules/detections/index.ts'
import type { Users } from '../../modules/users/index.ts'
import { anyText, email, readTexts, readWindow, textOf } from './fields.ts'
import { toUuid } from './uuid.ts'

export interface VehiclesApiRooms {
  accounts: AccountsRoom
  users: Users
  detections: Detections
  alerts: AlertsRoom
}

const TERMS = { accessSeconds: 30 * 60, sessionSeconds: 30 * 60 }

const SignedIn = Type.Object({ access_token: Type.String(), token_type: Type.Literal('bearer') })
const Made = Type.Object({ id: Type.String() })
const UserPage = Type.Object({
  skip: Type.Integer(),
  limit: Type.Integer(),
  size: Type.Integer(),
  users: Type.Array(
    Type.Object({
      name: Type.String(),
      lastname: Type.String(),
      email: Type.String(),
      credentials: Type.Array(Type.Object({ username: Type.String() })),
    }),
  ),
})
const admin = { access: 'admin', scheme: 'Bearer' } as const

export function userRoutes(app: App, { accounts: room, users }: VehiclesApiRooms): void {
  const { accounts, registration, pickLocale } = room
  app.post(
    '/login',
    { config: { access: 'public' }, schema: { response: { 200: SignedIn } } },
    async ({ body, ip, headers }) => {
      const form = isForm(headers['content-type']) ? (body ?? {}) : {}
      const credentials = readTexts(form, { username: anyText, password: anyText })
      assertGrant((form as Record<string, string>)['grant_type'])
      const { access_token } = await accounts.login(
        credentials,
        { ip, userAgent: headers['user-agent'] },
        TERMS,
      )
      return { access_token, token_type: 'bearer' as const }
    },
  )
  app.post('/users', { config: admin, schema: { response: { 200: Made } } }, async ({ body, headers }) => {
    const json = isForm(headers['content-type']) ? null : body
    const { name, lastname, ...newcomer } = readTexts(json, NEWCOMER)
    const names = { given_name: name || null, family_name: lastname || null }
    const { id } = await registration.enroll(
      { ...newcomer, ...names },
      pickLocale(headers['accept-language']),
    )
    return { id: toUuid(id) }
  })
  app.get('/users', { config: admin, schema: { response: { 200: UserPage } } }, async ({ query }) => {
    const window = readWindow(query)
    const listed = (await users.listByName(window)).map((user) => ({
      name: user.given_name ?? '',
      lastname: user.family_name ?? '',
      email: user.email ?? '',
      credentials: [{ username: user.username }],
    }))
    return { ...window, size: listed.length, users: listed }
  })
}

const personName = textOf(Line(0, 100), 'must be one line of at most 100 characters')

const NEWCOMER = {
  name: personName,
  lastname: personName,
  email,
  username: textOf(Username, 'must be a name of 1 to 150 characters that can be seen'),
  password: textOf(Type.String({ minLength: 1, maxLength: 256 }), 'must have 1 to 256 characters'),
}

function isForm(type = ''): boolean {
  return /^(application\/x-www-form-urlencoded|multipart\/form-data)\b/i.test(type)
}

/** OAuth2's password grant, or none said (RFC 6749, 4.3.2). */
function assertGrant(grant = ''): void {
  if (grant !== '' && grant !== 'password')
    throw invalid([{ pointer: '/grant_type', detail: 'string does not match regex "password"' }])
}
