import type { Static } from 'typebox'
import { Body, Id, Nullable, PageQuery, Prose } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'
import { NO_WORD, SEARCHED_MAX } from './words.ts'

const NAME = { minLength: 1, maxLength: 200, pattern: '^(?=.*[^\\p{C}\\p{Z}])[^\\p{Cc}\\p{Cs}]*$' }
export const Name = Type.String({ ...NAME, description: 'One line, not only spaces.' })
const UniqueName = Type.String({
  ...NAME,
  description: 'One line; unique without regard to case and spacing.',
})
export const Description = Nullable(Prose(5000))
const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217, such as EUR.' })
const PriceMinor = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY.",
})

export const ExternalId = Type.String({
  minLength: 1,
  maxLength: 100,
  pattern: '^(?!#\\d+$)(?! )[^\\p{Cc}\\p{Cs}]*(?<! )$',
  description:
    'What another system knows the item by, such as an article number; unique in its store. Not "#" and a number.',
})

const Named = Type.Object({ id: Id, name: Type.String() })
const StoreRef = Type.Object({ id: Id, name: Type.String(), currency: Currency })
const Priced = Type.Object({ id: Id, name: Type.String(), price_minor: PriceMinor })

export const Store = Type.Object({
  id: Id,
  name: Type.String(),
  currency: Currency,
  items: Type.Array(Priced),
  tags: Type.Array(Named),
})
export type Store = Static<typeof Store>

export const NewStore = Body({ name: UniqueName, currency: Type.Optional(Currency) })
export type NewStore = Static<typeof NewStore>

export const StorePatch = Body(
  { name: Type.Optional(UniqueName), currency: Type.Optional(Currency) },
  { minProperties: 1 },
)
export type StorePatch = Static<typeof StorePatch>

export const Item = Type.Object({
  id: Id,
  external_id: Nullable(Type.String()),
  name: Type.String(),
  description: Nullable(Type.String()),
  price_minor: PriceMinor,
  store: StoreRef,
  tags: Type.Array(Named),
})
export type Item = Static<typeof Item>

const ItemValues = {
  external_id: Type.Optional(Nullable(ExternalId)),
  name: Name,
  description: Type.Optional(Description),
  price_minor: PriceMinor,
}

export const NewItem = Body({ ...ItemValues, store_id: Id })
export type NewItem = Static<typeof NewItem>

/** An item stays in its store. */
export const ItemReplacement = Body(ItemValues)

export const ItemPatch = Body(
  {
    external_id: Type.Optional(Nullable(ExternalId)),
    name: Type.Optional(Name),
    description: Type.Optional(Description),
    price_minor: Type.Optional(PriceMinor),
  },
  { minProperties: 1 },
)
export type ItemPatch = Static<typeof ItemPatch>

const Search = Type.String({
  maxLength: 100,
  pattern: `^(?=.*[^${NO_WORD}])[^\\p{Cc}\\p{Cs}]*$`,
  description:
    'Only those whose name has, for each word of this, one that begins with it; without case and accents. ' +
    `The first ${SEARCHED_MAX} words count.`,
})

export const StoreQuery = Type.Object(
  {
    ...PageQuery.properties,
    q: Type.Optional(Search),
    owner: Type.Optional(Type.Literal('me', { description: 'Only mine.' })),
  },
  { additionalProperties: false },
)
export type StoreQuery = Static<typeof StoreQuery>

export const SORTS = ['id', '-id', 'name', '-name', 'price_minor', '-price_minor'] as const
export type Sort = (typeof SORTS)[number]

/** In the order of names a cursor holds a part of one. */
const CURSOR_LENGTH_MAX = 1000

export const ItemQuery = Type.Object(
  {
    ...PageQuery.properties,
    cursor: Type.Optional(
      Type.String({ maxLength: CURSOR_LENGTH_MAX, description: 'The next_cursor of the page before.' }),
    ),
    q: Type.Optional(Search),
    tag: Type.Optional({
      ...Name,
      description: 'Only those with a tag of this name, without regard to case.',
    }),
    store_id: Type.Optional({ ...Id, description: 'Only those of this store.' }),
    price_min: Type.Optional({
      ...PriceMinor,
      description: 'Only those of this price or more, in minor units.',
    }),
    price_max: Type.Optional({
      ...PriceMinor,
      description: 'Only those of this price or less, in minor units.',
    }),
    sort: Type.Unsafe<Sort>({
      type: 'string',
      enum: SORTS,
      default: 'id',
      description: 'With `-` from the last to the first; `id` is from the oldest to the newest.',
    }),
  },
  { additionalProperties: false },
)
export type ItemQuery = Static<typeof ItemQuery>

export const ItemTagParams = Type.Object({ id: Id, tag_id: Id }, { additionalProperties: false })

export const Tag = Type.Object({ id: Id, name: Type.String(), store: StoreRef, items: Type.Array(Priced) })
export type Tag = Static<typeof Tag>

export const NewTag = Body({ name: UniqueName })
export type NewTag = Static<typeof NewTag>

export const TagPatch = NewTag

export const ImportQuery = Type.Object(
  { dry_run: Type.Boolean({ default: false, description: 'Tell what would happen, and change nothing.' }) },
  { additionalProperties: false },
)

export const Imported = Type.Object({
  dry_run: Type.Boolean(),
  created: Type.Integer(),
  updated: Type.Integer(),
  unchanged: Type.Integer({ description: 'Rows that say what is there already.' }),
  tags_created: Type.Integer(),
})
export type Imported = Static<typeof Imported>
