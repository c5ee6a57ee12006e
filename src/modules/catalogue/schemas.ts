import type { Static } from 'typebox'
import { Body, Id, Nullable, PageQuery, Prose } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'

const NAME = { minLength: 1, maxLength: 200, pattern: '^(?=.*[^\\p{C}\\p{Z}])[^\\p{Cc}\\p{Cs}]*$' }
export const Name = Type.String({ ...NAME, description: 'One line, not only spaces.' })
const UniqueName = Type.String({
  ...NAME,
  description: 'One line; unique without regard to case and spacing.',
})
const Description = Nullable(Prose(5000))
const Currency = Type.String({ pattern: '^[A-Z]{3}$', description: 'ISO 4217, such as EUR.' })
const PriceMinor = Type.Integer({
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  description: "In minor units of the store's currency: 1999 is 19.99 EUR, or 1999 JPY.",
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
  name: Type.String(),
  description: Nullable(Type.String()),
  price_minor: PriceMinor,
  store: StoreRef,
  tags: Type.Array(Named),
})
export type Item = Static<typeof Item>

const ItemValues = { name: Name, description: Type.Optional(Description), price_minor: PriceMinor }

export const NewItem = Body({ ...ItemValues, store_id: Id })
export type NewItem = Static<typeof NewItem>

/** An item stays in its store. */
export const ItemReplacement = Body(ItemValues)

export const ItemPatch = Body(
  {
    name: Type.Optional(Name),
    description: Type.Optional(Description),
    price_minor: Type.Optional(PriceMinor),
  },
  { minProperties: 1 },
)
export type ItemPatch = Static<typeof ItemPatch>

export const ItemQuery = Type.Object(
  { ...PageQuery.properties, store_id: Type.Optional(Id) },
  { additionalProperties: false },
)

export const ItemTagParams = Type.Object({ id: Id, tag_id: Id }, { additionalProperties: false })

export const Tag = Type.Object({ id: Id, name: Type.String(), store: StoreRef, items: Type.Array(Priced) })
export type Tag = Static<typeof Tag>

export const NewTag = Body({ name: UniqueName })
export type NewTag = Static<typeof NewTag>
