import type { Static, TSchema } from 'typebox'
import { Body, Email, Id, Line, Locale, Nullable, Timestamp, Username } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'

/** Bounded above, so that hashing cannot be made to work on a book. */
export const NewPassword = Type.String({
  minLength: 8,
  maxLength: 256,
  description: 'At least 8 characters.',
})
const Password = Type.String({ minLength: 1, maxLength: 256 })
const LinkToken = Type.String({ minLength: 1, maxLength: 100, description: 'From the link.' })
export const Registration = Body({
  username: Username,
  password: NewPassword,
  email: Type.Optional(Email),
  gender: Type.Optional(Nullable(Line(1, 50))),
  locale: Type.Optional(Locale),
})
export type Registration = Static<typeof Registration>

export const Setup = Body({
  token: LinkToken,
  username: Username,
  password: NewPassword,
  email: Type.Optional(Email),
})
export type Setup = Static<typeof Setup>

export const Login = Body({
  username: Line(1, 254, 'The username or the e-mail address.'),
  password: Password,
})
export type Login = Static<typeof Login>

export const Refresh = Body({ refresh_token: Type.String({ minLength: 1, maxLength: 4096 }) })
export const PasswordChange = Body({ current_password: Password, new_password: NewPassword })
export type PasswordChange = Static<typeof PasswordChange>
export const Forgotten = Body({ email: Email })
export const Reset = Body({ token: LinkToken, new_password: NewPassword })
export type Reset = Static<typeof Reset>
export const Verification = Body({ token: LinkToken })
export const Accepted = Type.Object({ status: Type.Literal('accepted') })

export function SignedIn<User extends TSchema>(user: User) {
  return Type.Object({
    access_token: Type.String(),
    refresh_token: Type.String(),
    token_type: Type.Literal('Bearer'),
    expires_in: Type.Integer({ description: 'Seconds until the access token runs out.' }),
    user,
  })
}

export const SessionParams = Type.Object(
  { id: Type.String({ maxLength: 100, pattern: '^[\\w-]+$' }) },
  { additionalProperties: false },
)
export const SessionList = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      created_at: Timestamp,
      last_seen_at: Timestamp,
      expires_at: Timestamp,
      user_agent: Nullable(Type.String()),
      ip: Type.String(),
      current: Type.Boolean(),
    }),
  ),
})

export const NewApiKey = Body({
  name: Line(1, 100),
  scopes: Type.Array(Type.String({ maxLength: 100 }), { minItems: 1, maxItems: 20, uniqueItems: true }),
})
export type NewApiKey = Static<typeof NewApiKey>

const apiKeyMembers = {
  id: Id,
  name: Type.String(),
  scopes: Type.Array(Type.String()),
  created_at: Timestamp,
  last_used_at: Nullable(Timestamp),
}
export const ApiKey = Type.Object(apiKeyMembers)
export type ApiKey = Static<typeof ApiKey>
export const ApiKeyList = Type.Object({ items: Type.Array(ApiKey) })
export const MadeApiKey = Type.Object({
  ...apiKeyMembers,
  key: Type.String({ description: 'Shown this once.' }),
})

export const Jwks = Type.Object({ keys: Type.Array(Type.Record(Type.String(), Type.String())) })
