import type { Static, TSchema } from 'typebox'
import { Body, EventQuery, Id, Line, Nullable, PageQuery, Timestamp } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'

/** A detection's category is split at commas, so a part with a comma could never be met. */
const Part = Type.String({
  maxLength: 100,
  pattern: '^(?=.*\\S)[^,\\p{Cc}\\p{Cs}]*$',
  description: 'One part of a category, without regard to case.',
})
/** Longer ago nobody asks when a rule last alerted. */
export const COOLDOWN_SECONDS_MAX = 30 * 86_400
const Name = Type.String({ maxLength: 100, pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]*$' })

const Year = (description: string) => Type.Integer({ minimum: 1885, maximum: 2100, description })
const conditions = {
  category_contains: Type.Optional(Nullable(Part)),
  make: Type.Optional(Nullable(Name)),
  year_min: Type.Optional(Nullable(Year('That year or later.'))),
  year_max: Type.Optional(Nullable(Year('That year or earlier.'))),
}
const Cooldown = Type.Integer({
  minimum: 0,
  maximum: COOLDOWN_SECONDS_MAX,
  description: 'After an alert of this rule, so long no other one of it for the same make and model.',
})

export const AlertRule = Type.Object({
  id: Id,
  name: Type.String(),
  category_contains: Nullable(Type.String()),
  make: Nullable(Type.String()),
  year_min: Nullable(Type.Integer()),
  year_max: Nullable(Type.Integer()),
  cooldown_seconds: Type.Integer(),
  enabled: Type.Boolean({ description: 'false: it is paused.' }),
  created_at: Timestamp,
})
export type AlertRule = Static<typeof AlertRule>

export const NewAlertRule = Body(
  {
    name: Name,
    ...conditions,
    cooldown_seconds: Type.Optional({ ...Cooldown, default: 0 }),
    enabled: Type.Optional(Type.Boolean({ default: true })),
  },
  { description: 'At least one condition; a detection must meet every one that is set.' },
)
export type NewAlertRule = Static<typeof NewAlertRule>

export const AlertRulePatch = Body(
  {
    name: Type.Optional(Name),
    ...conditions,
    cooldown_seconds: Type.Optional(Cooldown),
    enabled: Type.Optional(Type.Boolean()),
  },
  { description: 'Unset members stay; a condition that is null is taken away.' },
)
export type AlertRulePatch = Static<typeof AlertRulePatch>

/** `detection`: the shape that the room of detections answers with. */
export function AlertOf(detection: TSchema) {
  return Type.Object({
    id: Id,
    rule_id: Nullable(Type.Integer({ description: 'null: the rule was deleted since.' })),
    rule: Type.String({ description: "The rule's name." }),
    detection,
    created_at: Timestamp,
  })
}

/** Whatever is not set does not narrow. */
export interface AlertFilter {
  ruleId?: number | undefined
  makeKey?: string | undefined
}

export interface Alert {
  id: number
  rule_id: number | null
  rule: string
  detection: object
  created_at: string
}

export const AlertQuery = Type.Object(
  {
    ...PageQuery.properties,
    rule_id: Type.Optional({ ...Id, description: 'Alerts of that rule only.' }),
    make: Type.Optional(Line(1, 100, 'Alerts of that make only, without regard to case.')),
    ...EventQuery.properties,
  },
  { additionalProperties: false },
)

export const Ticket = Type.Object({
  ticket: Type.String({ description: 'Good once, as `?ticket=` of a stream of events.' }),
  expires_in: Type.Integer({ description: 'Seconds.' }),
})
export type Ticket = Static<typeof Ticket>
