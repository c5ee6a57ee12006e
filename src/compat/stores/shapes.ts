import { Type } from '../../http/type.ts'
import { notFound } from '../../kit/errors.ts'
import type {
  Item as ItemOfOurs,
  Store as StoreOfOurs,
  Tag as TagOfOurs,
} from '../../modules/catalogue/index.ts'
import { fromMinor } from './money.ts'

const Named = Type.Object({ id: Type.Integer(), name: Type.String() })
const Priced = Type.Object({ id: Type.Integer(), name: Type.String(), price: Type.Number() })

export const Store = Type.Object({
  id: Type.Integer(),
  items: Type.Array(Priced),
  name: Type.String(),
  tags: Type.Array(Named),
})
export const Item = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  price: Type.Number(),
  store: Named,
  tags: Type.Array(Named),
})
export const Tag = Type.Object({
  id: Type.Integer(),
  items: Type.Array(Priced),
  name: Type.String(),
  store: Named,
})
export const Told = Type.Object({ message: Type.String() })

export function presentStore({ id, items, name, currency, tags }: StoreOfOurs) {
  return { id, items: items.map((item) => priced(item, currency)), name, tags }
}

export function presentItem({ id, name, price_minor, store, tags }: ItemOfOurs) {
  const price = fromMinor(price_minor, store.currency)
  return { id, name, price, store: { id: store.id, name: store.name }, tags }
}

export function presentTag({ id, items, name, store }: TagOfOurs) {
  return {
    id,
    items: items.map((item) => priced(item, store.currency)),
    name,
    store: { id: store.id, name: store.name },
  }
}

function priced({ id, name, price_minor }: ItemOfOurs | StoreOfOurs['items'][number], currency: string) {
  return { id, name, price: fromMinor(price_minor, currency) }
}

/** What is no number leads nowhere. */
export function idIn(params: unknown, name = 'id'): number {
  const id = (params as Record<string, string>)[name] ?? ''
  if (!/^[1-9]\d{0,14}$/.test(id)) throw notFound('record')
  return Number(id)
}
