import { fits } from '../../http/compilers.ts'
import { sendList } from '../../http/json-list.ts'
import type { App } from '../../http/server.ts'
import { Type } from '../../http/type.ts'
import { invalid, LoggiaError } from '../../kit/errors.ts'
import { type Catalogue, Name } from '../../modules/catalogue/index.ts'
import { integer, optional, price, readFields, required, text } from './fields.ts'
import { toMinor } from './money.ts'
import { Item, idIn, presentItem, Told } from './shapes.ts'

export interface CatalogueApiRooms {
  catalogue: Catalogue
}

const user = { access: 'user', scheme: 'Bearer' } as const
const CHUNK = 100

export const name = text((value) => fits(Name, value), 'Must be 1 to 200 characters of one line.')

export function itemRoutes(app: App, { catalogue: { stores, items } }: CatalogueApiRooms): void {
  const list = { config: user, schema: { response: { 200: Type.Array(Item) } } }
  app.get('/item', list, (_request, reply) =>
    sendList(reply, (cursor) => items.list({ limit: CHUNK, ...(cursor ? { cursor } : {}) }), presentItem),
  )
  app.post(
    '/item',
    { config: { access: 'fresh', scheme: 'Bearer' }, schema: { response: { 201: Item } } },
    async ({ caller, body }) => {
      const { store_id, price: asked, name: called } = readFields(body, NEW_ITEM)
      const { currency } = await stores.get(store_id).catch(unknownStore)
      const price_minor = toMinor(asked, currency)
      return presentItem(await items.create(caller, { name: called, price_minor, store_id }))
    },
  )
  app.get('/item/:id', { config: user, schema: { response: { 200: Item } } }, async ({ params }) =>
    presentItem(await items.get(idIn(params))),
  )
  app.put(
    '/item/:id',
    { config: user, schema: { response: { 200: Item } } },
    async ({ caller, params, body }) => {
      const { price: asked, name: called } = readFields(body, ITEM_CHANGES)
      const { id, store } = await items.get(idIn(params))
      const changes = {
        ...(called === undefined ? {} : { name: called }),
        ...(asked === undefined ? {} : { price_minor: toMinor(asked, store.currency) }),
      }
      return presentItem(await items.update(caller, id, changes))
    },
  )
  app.delete(
    '/item/:id',
    { config: { access: 'admin', scheme: 'Bearer' }, schema: { response: { 200: Told } } },
    async ({ caller, params }) => {
      await items.remove(caller, idIn(params))
      return { message: 'Item deleted.' }
    },
  )
}

const NEW_ITEM = { name: required(name), price: required(price), store_id: required(integer) }
/** An item stays in its store: `store_id` may be said, and is not looked at. */
const ITEM_CHANGES = { name: optional(name), price: optional(price), store_id: optional(integer) }

function unknownStore(error: unknown): never {
  if (error instanceof LoggiaError && error.kind === 'not_found')
    throw invalid([{ pointer: '/store_id', detail: 'There is no such store.' }])
  throw error
}
