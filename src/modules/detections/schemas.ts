import type { Readable } from 'node:stream'
import type { Static } from 'typebox'
import { Body, Id, Line, Nullable, PageQuery, Timestamp } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'

export const DETECTIONS_MAX = 1000
/** Deeper pages are reached by cursor: what is skipped is read all the same. */
const SKIP_MAX = 1_000_000

const Name = Type.String({ maxLength: 100, pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]*$' })
const Category = Type.String({
  maxLength: 200,
  pattern: '^(?=.*[^\\s,])[^\\p{Cc}\\p{Cs}]*$',
  description: 'May be a list in text: `SUV, Wagon`.',
})

/** What the source_id of a detection from the queue begins with, when its producer gave none: then comes its message's id. */
export const MESSAGE = 'message:'
const SourceId = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: `^(?!${MESSAGE})[^\\p{Cc}\\p{Cs}]*$`,
  description: `The producer's own id; a detection with one that is known already is that detection. Not \`${MESSAGE}...\`: so begin the ids of those that came by the queue without one.`,
})

export const Detection = Type.Object({
  id: Id,
  year: Type.Integer(),
  make: Type.String(),
  model: Type.String(),
  category: Type.String(),
  source_id: Nullable(Type.String()),
  detected_at: Timestamp,
})
export type Detection = Static<typeof Detection>

export const NewDetection = Body(
  {
    year: Type.Integer({ minimum: 1885, maximum: 2100 }),
    make: Name,
    model: Name,
    category: Category,
    source_id: Type.Optional(SourceId),
    detected_at: Type.Optional({ ...Timestamp, description: 'RFC 3339; unset: now.' }),
  },
  { description: '`Year`, `Make`, `Model` and `Category` are taken too.' },
)
export type NewDetection = Static<typeof NewDetection>

/**
 * One detection, or a list. Keywords of JSON Schema bind only the type they speak of, so one schema without alternatives
 * does for both, and its faults are those of the one that was meant.
 */
export const NewDetections = Type.Unsafe<NewDetection | NewDetection[] | Readable>({
  ...NewDetection,
  type: ['object', 'array'],
  items: NewDetection,
  minItems: 1,
  maxItems: DETECTIONS_MAX,
  description: `One detection, or a list of up to ${DETECTIONS_MAX}. \`Year\`, \`Make\`, \`Model\` and \`Category\` are taken too.`,
})

const CAPITALISED = { Year: 'year', Make: 'make', Model: 'model', Category: 'category' }

/** The body with `Year` as `year` and so on. One that has both spellings keeps both, and is refused for the second. */
export function inOurSpelling(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(inOurSpelling)
  if (typeof body !== 'object' || body === null) return body
  const spelt: Record<string, unknown> = { ...body }
  for (const [theirs, ours] of Object.entries(CAPITALISED)) {
    if (!(theirs in spelt) || ours in spelt) continue
    spelt[ours] = spelt[theirs]
    delete spelt[theirs]
  }
  return spelt
}

export const Recorded = Type.Object({
  accepted: Type.Integer({ description: 'New ones.' }),
  duplicate: Type.Integer({ description: 'Those whose source_id was known already.' }),
  ids: Type.Array(Id, { description: 'In the order of the list.' }),
})
export type Recorded = Static<typeof Recorded>

export const RecordedOneOrMany = Type.Union([Detection, Recorded])

const Refused = Type.Object({
  line: Type.Integer({ description: 'From 1 on.' }),
  errors: Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() })),
})
export type Refused = Static<typeof Refused>

export const Uploaded = Type.Object({
  accepted: Type.Integer({ description: 'New ones.' }),
  duplicate: Type.Integer({ description: 'Those whose source_id was known already.' }),
  refused: Type.Integer({ description: 'Lines that are no detection.' }),
  refusals: Type.Array(Refused, { description: 'The first hundred of them.' }),
})
export type Uploaded = Static<typeof Uploaded>

export const KnownOrUploaded = Type.Union([Detection, Uploaded])

export const DetectionQuery = Type.Object(
  {
    ...PageQuery.properties,
    skip: Type.Optional(
      Type.Integer({ minimum: 0, maximum: SKIP_MAX, description: 'Beside a cursor it counts for nothing.' }),
    ),
    make: Type.Optional(Line(1, 100, 'Without regard to case.')),
    category: Type.Optional(Line(1, 200, 'Any part of the category, without regard to case.')),
    from: Type.Optional({
      ...Timestamp,
      description: 'Detected then or later. With `from` or `to` the latest detected stand first.',
    }),
    to: Type.Optional({ ...Timestamp, description: 'Detected before.' }),
  },
  { additionalProperties: false },
)
export type DetectionQuery = Static<typeof DetectionQuery>

export const StatsQuery = Type.Object(
  {
    by: Type.Union(
      [Type.Literal('make'), Type.Literal('category'), Type.Literal('hour'), Type.Literal('day')],
      { default: 'make' },
    ),
    from: Type.Optional({
      ...Timestamp,
      description: 'Detected then or later: the beginning of an hour in UTC, by day that of a day.',
    }),
    to: Type.Optional({ ...Timestamp, description: 'Detected before: as `from`.' }),
  },
  { additionalProperties: false },
)
export type StatsQuery = Static<typeof StatsQuery>
export const Stats = Type.Object({
  items: Type.Array(
    Type.Object({
      make: Type.Optional(Type.String()),
      category: Type.Optional(Type.String({ description: 'One part of categories, in lower case.' })),
      hour: Type.Optional(Timestamp),
      day: Type.Optional(Timestamp),
      count: Type.Integer(),
    }),
  ),
})
export type Stats = Static<typeof Stats>
