import type { Static } from 'typebox'
import { Body, Email, Id, Line, Locale, Nullable, Timestamp, Username } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'

export const Role = Type.Union([Type.Literal('user'), Type.Literal('admin')])
const Gender = Nullable(Line(1, 50))
const PersonName = Nullable(Line(1, 100))
/** Past it, a number would no longer be the one that was counted to. */
export const COUNT_MAX = Number.MAX_SAFE_INTEGER
const Count = Type.Integer({ minimum: 0, maximum: COUNT_MAX })

export const User = Type.Object({
  id: Id,
  username: Type.String(),
  email: Type.Optional(Nullable(Type.String({ description: 'For its owner and administrators only.' }))),
  email_verified: Type.Optional(Type.Boolean({ description: 'For its owner and administrators only.' })),
  given_name: Type.Optional(Nullable(Type.String({ description: 'For its owner and administrators only.' }))),
  family_name: Type.Optional(
    Nullable(Type.String({ description: 'For its owner and administrators only.' })),
  ),
  gender: Nullable(Type.String()),
  profile_pic: Nullable(Type.String({ description: 'Where the picture is.' })),
  role: Role,
  disabled: Type.Optional(Type.Boolean({ description: 'For administrators only.' })),
  created_at: Timestamp,
  self: Type.String(),
  stats: Type.String(),
})
export type User = Static<typeof User>

export const UserPatch = Body(
  {
    username: Type.Optional(Username),
    email: Type.Optional(Nullable(Email)),
    given_name: Type.Optional(PersonName),
    family_name: Type.Optional(PersonName),
    gender: Type.Optional(Gender),
    locale: Type.Optional(Locale),
    role: Type.Optional(Role),
    disabled: Type.Optional(Type.Boolean()),
  },
  { minProperties: 1 },
)
export type UserPatch = Static<typeof UserPatch>

/** What its owner wrote, anew: what is left out is unset. The locale, which no answer shows, stays. */
export const UserReplacement = Body({
  username: Username,
  email: Type.Optional(Nullable(Email)),
  given_name: Type.Optional(PersonName),
  family_name: Type.Optional(PersonName),
  gender: Type.Optional(Gender),
  locale: Type.Optional(Locale),
})
export type UserReplacement = Static<typeof UserReplacement>

export const Picture = Type.Unsafe<Uint8Array>({
  type: 'string',
  format: 'binary',
  description: 'The picture.',
})

export const Stats = Type.Object({
  session_count: Count,
  victory_count: Count,
  loss_count: Count,
  total_time: Type.Integer({ minimum: 0, maximum: COUNT_MAX, description: 'Seconds.' }),
})
export type Stats = Static<typeof Stats>

/** Every one of them. */
export const StatsReplacement = Body({
  session_count: Count,
  victory_count: Count,
  loss_count: Count,
  total_time: Count,
})

export const StatsPatch = Body(
  {
    session_count: Type.Optional(Count),
    victory_count: Type.Optional(Count),
    loss_count: Type.Optional(Count),
    total_time: Type.Optional(Count),
  },
  { minProperties: 1 },
)
export type StatsPatch = Static<typeof StatsPatch>
