import type { TNull, TSchema, TUnion } from 'typebox'
import { Type } from './type.ts'

/** Text of one line as people write it: no control characters, no halves of surrogate pairs. */
export function Line(charactersMin: number, charactersMax: number, description?: string) {
  return Type.String({
    minLength: charactersMin,
    maxLength: charactersMax,
    pattern: '^[^\\p{Cc}\\p{Cs}]*$',
    ...(description ? { description } : {}),
  })
}

/** Text that may have line breaks and tabs. */
export function Prose(charactersMax: number, description?: string) {
  return Type.String({
    maxLength: charactersMax,
    pattern: '^(?:[^\\p{Cc}\\p{Cs}]|[\\n\\r\\t])*$',
    ...(description ? { description } : {}),
  })
}

export const Id = Type.Integer({
  minimum: 1,
  maximum: Number.MAX_SAFE_INTEGER,
  description: 'Never used twice.',
})
export const Timestamp = Type.String({ format: 'date-time', description: 'RFC 3339, UTC.' })
export const Email = Type.String({ format: 'email', maxLength: 254 })

/** People write names in every script; what is refused are characters that nobody can see. */
export const Username = Type.String({
  minLength: 1,
  maxLength: 150,
  pattern: '^(?! )(?:[^\\p{C}\\p{Zl}\\p{Zp}]|[\\u200c\\u200d])+(?<! )$',
  description: 'Any script; unique without regard to case.',
})

export const Locale = Type.Union([Type.Literal('en'), Type.Literal('es'), Type.Literal('ru')], {
  description: 'Of mails and documents. Unset at registration: taken from Accept-Language.',
})

export const IdParams = Type.Object({ id: Id }, { additionalProperties: false })

/** Said as `type: [..., 'null']` where it can be: a choice of two schemas costs many times more to serialise. */
export function Nullable<Schema extends TSchema>(schema: Schema) {
  const { type } = schema as { type?: string }
  const both = type === undefined ? Type.Union([schema, Type.Null()]) : { ...schema, type: [type, 'null'] }
  return both as TUnion<[Schema, TNull]>
}

/** Bodies refuse members that they do not know: a misspelt one must not pass for an absent one. */
export function Body<Members extends Record<string, TSchema>>(members: Members, options: object = {}) {
  return Type.Object(members, { additionalProperties: false, ...options })
}

export const PageQuery = Type.Object(
  {
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 20, description: 'Items on a page.' }),
    cursor: Type.Optional(
      Type.String({ maxLength: 500, description: 'The next_cursor of the page before.' }),
    ),
  },
  { additionalProperties: false },
)

export function PageOf<Item extends TSchema>(item: Item) {
  return Type.Object({ items: Type.Array(item), next_cursor: Nullable(Type.String()) })
}

/** As a browser sends it, which may be nothing. */
const EventId = Type.String({
  pattern: '^[0-9]{0,15}$',
  description: 'The id of the last event seen: the stream goes on after it.',
})

/** Of a stream of server-sent events. */
export const EventQuery = Type.Object(
  {
    last_event_id: Type.Optional(EventId),
    ticket: Type.Optional(
      Type.String({ maxLength: 100, description: 'Opens the stream without an Authorization header.' }),
    ),
  },
  { additionalProperties: false },
)
export const EventHeaders = Type.Object({ 'last-event-id': Type.Optional(EventId) })

export const NoContent = Type.Null({ description: 'No content.' })
