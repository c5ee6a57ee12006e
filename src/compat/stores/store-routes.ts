import { sendList } from '../../http/json-list.ts'
import type { App } from '../../http/server.ts'
import { Type } from '../../http/type.ts'
import { readFields, required } from './fields.ts'
import { type CatalogueApiRooms, name } from './item-routes.ts'
import { Item, idIn, presentItem, presentStore, presentTag, Store, Tag, Told } from './shapes.ts'

const open = { access: 'public' } as const
const user = { access: 'user', scheme: 'Bearer' } as const
/** Read at once while a list without pages is sent. */
const CHUNK = 100

export function storeRoutes(app: App, { catalogue }: CatalogueApiRooms): void {
  const { stores, tags } = catalogue
  const list = { config: open, schema: { response: { 200: Type.Array(Store) } } }
  app.get('/store', list, (_request, reply) =>
    sendList(
      reply,
      (cursor) => stores.list(null, { limit: CHUNK, ...(cursor ? { cursor } : {}) }),
      presentStore,
    ),
  )
  app.post('/store', { config: user, schema: { response: { 201: Store } } }, async ({ caller, body }) =>
    presentStore(await stores.create(caller, readFields(body, { name: required(name) }))),
  )
  app.get('/store/:id', { config: open, schema: { response: { 200: Store } } }, async ({ params }) =>
    presentStore(await stores.get(idIn(params))),
  )
  app.delete(
    '/store/:id',
    { config: user, schema: { response: { 200: Told } } },
    async ({ caller, params }) => {
      await stores.remove(caller, idIn(params))
      return { message: 'Store deleted' }
    },
  )
  const tagsOfStore = { config: open, schema: { response: { 200: Type.Array(Tag) } } }
  app.get('/store/:id/tag', tagsOfStore, async ({ params }, reply) => {
    const id = idIn(params)
    await stores.get(id)
    return sendList(
      reply,
      (cursor) => tags.list(id, { limit: CHUNK, ...(cursor ? { cursor } : {}) }),
      presentTag,
    )
  })
  app.post(
    '/store/:id/tag',
    { config: user, schema: { response: { 201: Tag } } },
    async ({ caller, params, body }) =>
      presentTag(await tags.create(caller, idIn(params), readFields(body, { name: required(name) }))),
  )
  tagRoutes(app, catalogue)
}

const Unlinked = Type.Object({ item: Item, message: Type.String(), tag: Tag })

function tagRoutes(app: App, { items, tags }: CatalogueApiRooms['catalogue']): void {
  app.get('/tag/:id', { config: open, schema: { response: { 200: Tag } } }, async ({ params }) =>
    presentTag(await tags.get(idIn(params))),
  )
  app.delete(
    '/tag/:id',
    { config: user, schema: { response: { 202: Told } } },
    async ({ caller, params }) => {
      await tags.remove(caller, idIn(params))
      return { message: 'Tag deleted.' }
    },
  )
  app.post(
    '/item/:id/tag/:tag_id',
    { config: user, schema: { response: { 201: Tag } } },
    async ({ caller, params }) => {
      const tagId = idIn(params, 'tag_id')
      await items.addTag(caller, idIn(params), tagId)
      return presentTag(await tags.get(tagId))
    },
  )
  app.delete(
    '/item/:id/tag/:tag_id',
    { config: user, schema: { response: { 200: Unlinked } } },
    async ({ caller, params }) => {
      const [id, tagId] = [idIn(params), idIn(params, 'tag_id')]
      await items.removeTag(caller, id, tagId)
      return {
        item: presentItem(await items.get(id)),
        message: 'Item removed from tag',
        tag: presentTag(await tags.get(tagId)),
      }
    },
  )
}
