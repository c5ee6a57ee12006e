import type { Static, TSchema } from 'typebox'
import { Body, Id, Nullable, PageQuery, Timestamp } from '../../http/schemas.ts'
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

/** As a browser sends it, which may be nothing. */
const EventId = Type.String({
  pattern: '^[0-9]{0,15}$',
  description: 'The id of the last alert seen: the stream goes on after it.',
})

export const AlertQuery = Type.Object(
  {
    ...PageQuery.properties,
    last_event_id: Type.Optional(EventId),
    ticket: Type.Optional(
      Type.String({ maxLength: 100, description: 'Opens the stream without an Authorization header.' }),
    ),
  },
  { additionalProperties: false },
)
export const AlertHeaders = Type.Object({ 'last-event-id': Type.Optional(EventId) })

export const Ticket = Type.Object({
  ticket: Type.String({ description: 'Good once, as `GET /api/v1/alerts?ticket=`.' }),
  expires_in: Type.Integer({ description: 'Seconds.' }),
})
export type Ticket = Static<typeof Ticket>
