import type { Static } from 'typebox'
import { Body, Line, Nullable, PageQuery, Prose, Timestamp } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'

/** A lease of more than half a day is a message that nobody would miss. */
const LEASE_SECONDS_MAX = 43_200
const DELAY_SECONDS_MAX = 30 * 24 * 3600
const TTL_SECONDS_MAX = 365 * 24 * 3600
const MESSAGES_MAX = 100

const LeaseSeconds = Type.Integer({ minimum: 1, maximum: LEASE_SECONDS_MAX })
const DelaySeconds = Type.Integer({ minimum: 0, maximum: DELAY_SECONDS_MAX })
const TtlSeconds = Type.Integer({ minimum: 1, maximum: TTL_SECONDS_MAX })

export const QueueParams = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$',
      maxLength: 100,
      description: 'Letters, digits, `_`, `.` and `-`.',
    }),
  },
  { additionalProperties: false },
)

export const NewMessage = Body({
  body: Type.Unknown({ description: 'Any JSON.' }),
  delay_seconds: Type.Optional(DelaySeconds),
  dedup_id: Type.Optional(Line(1, 200, 'While a message with this id is kept, another is that one.')),
  ttl_seconds: Type.Optional(TtlSeconds),
})
export type NewMessage = Static<typeof NewMessage>

const Batch = Body({ messages: Type.Array(NewMessage, { minItems: 1, maxItems: MESSAGES_MAX }) })
/** One message bare, or up to 100. */
export const Push = Type.Union([Batch, NewMessage])
export type Push = Static<typeof Push>
export const Pushed = Type.Object({ ids: Type.Array(Type.String()) })

export const Receive = Body({
  max: Type.Optional(Type.Integer({ minimum: 1, maximum: MESSAGES_MAX })),
  lease_seconds: Type.Optional(LeaseSeconds),
  wait_seconds: Type.Optional(Type.Integer({ minimum: 0, maximum: 20 })),
})
export type Receive = Static<typeof Receive>

export const Received = Type.Object({
  messages: Type.Array(
    Type.Object({
      id: Type.String(),
      receipt: Type.String({ description: 'Names this delivery; acknowledge with it.' }),
      body: Type.Unknown(),
      deliveries: Type.Integer(),
      pushed_at: Timestamp,
    }),
  ),
})
export type Received = Static<typeof Received>

const Receipts = Type.Array(Line(1, 200), {
  minItems: 1,
  maxItems: MESSAGES_MAX,
})
export const Ack = Body({ receipts: Receipts })
export const Nack = Body({
  receipts: Receipts,
  delay_seconds: Type.Optional(DelaySeconds),
  reason: Type.Optional(Prose(1000)),
})
export type Nack = Static<typeof Nack>
export const Extend = Body({ receipts: Receipts, lease_seconds: LeaseSeconds })
export type Extend = Static<typeof Extend>
export const Settled = Type.Object({ done: Type.Integer(), stale: Type.Array(Type.String()) })

export const Popped = Type.Object({ id: Type.String(), body: Type.Unknown() })
export type Popped = Static<typeof Popped>

export const QueueSettings = Body({
  max_deliveries: Type.Integer({
    minimum: 1,
    maximum: 1000,
    description: 'After so many, a message is dead.',
  }),
  lease_seconds: LeaseSeconds,
  ttl_seconds: Nullable(TtlSeconds),
})
export type QueueSettings = Static<typeof QueueSettings>

export const Queue = Type.Object({
  name: Type.String(),
  waiting: Type.Integer(),
  leased: Type.Integer(),
  delayed: Type.Integer(),
  dead: Type.Integer(),
  oldest_age_seconds: Nullable(Type.Number({ description: 'Of the message that waits the longest.' })),
  settings: QueueSettings,
})
export type Queue = Static<typeof Queue>
export const QueueQuery = Type.Object(
  {
    ...PageQuery.properties,
    limit: Type.Integer({ minimum: 1, maximum: 100, default: 100, description: 'Items on a page.' }),
  },
  { additionalProperties: false },
)
export type QueueQuery = Static<typeof QueueQuery>

const State = Type.Union([
  Type.Literal('waiting'),
  Type.Literal('leased'),
  Type.Literal('delayed'),
  Type.Literal('dead'),
])

export const Browse = Type.Object(
  {
    ...PageQuery.properties,
    state: Type.Optional(State),
    q: Type.Optional(Line(1, 200, 'Text that is somewhere in the body.')),
  },
  { additionalProperties: false },
)
export type Browse = Static<typeof Browse>

export const KeptMessage = Type.Object({
  id: Type.String(),
  state: State,
  body: Type.Unknown(),
  deliveries: Type.Integer(),
  pushed_at: Timestamp,
  due_at: Nullable(Timestamp),
  reason: Nullable(Type.String({ description: 'Why it was given back, or is dead.' })),
})
export type KeptMessage = Static<typeof KeptMessage>

export const MessageParams = Type.Object(
  { ...QueueParams.properties, id: Type.String({ minLength: 1, maxLength: 100 }) },
  { additionalProperties: false },
)
export const Edit = Body({ body: Type.Unknown() })
export const Edited = Type.Object({ id: Type.String(), body: Type.Unknown() })

export const Redrive = Body({
  ids: Type.Optional(
    Type.Array(Type.String({ maxLength: 100 }), {
      minItems: 1,
      maxItems: MESSAGES_MAX,
      description: 'Unset: all.',
    }),
  ),
})
export const Redriven = Type.Object({ redriven: Type.Integer() })
export const Purge = Body({ name: Type.String({ description: "The queue's name again." }) })
export const Purged = Type.Object({ purged: Type.Integer() })

export const HistoryQuery = Type.Object(
  {
    by: Type.Optional(Type.Union([Type.Literal('minute'), Type.Literal('hour')])),
    from: Type.Optional({ ...Timestamp, description: 'Minutes or hours that began then or later.' }),
  },
  { additionalProperties: false },
)
export type HistoryQuery = Static<typeof HistoryQuery>
export const History = Type.Object({
  items: Type.Array(Type.Object({ at: Timestamp, pushed: Type.Integer(), acked: Type.Integer() })),
})
export type History = Static<typeof History>
