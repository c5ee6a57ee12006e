import type { Static, TSchema } from 'typebox'
import { Body, EventQuery, Id, Nullable, PageQuery, Timestamp } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'

/** A detection's category is split at commas, so a part with a comma could never be met. */
const Part = Type.String({
  maxLength: 100,
  pattern: '^(?=.*\\S)[^,\\p{Cc}\\p{Cs}]*$',
  description: 'One part of a category, without regard to case.',
})
const Name = Type.String({ maxLength: 100, pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]*$' })

export const AlertRule = Type.Object({
  id: Id,
  name: Type.String(),
  category_contains: Nullable(Type.String()),
  make: Nullable(Type.String()),
  created_at: Timestamp,
})
export type AlertRule = Static<typeof AlertRule>

export const NewAlertRule = Body(
  {
    name: Name,
    category_contains: Type.Optional(Nullable(Part)),
    make: Type.Optional(Nullable(Name)),
  },
  { description: 'At least one condition; a detection must meet every one that is set.' },
)
export type NewAlertRule = Static<typeof NewAlertRule>

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

export interface Alert {
  id: number
  rule_id: number | null
  rule: string
  detection: object
  created_at: string
}

export const AlertQuery = Type.Object(
  { ...PageQuery.properties, ...EventQuery.properties },
  { additionalProperties: false },
)

export const Ticket = Type.Object({
  ticket: Type.String({ description: 'Good once, as `?ticket=` of a stream of events.' }),
  expires_in: Type.Integer({ description: 'Seconds.' }),
})
export type Ticket = Static<typeof Ticket>
