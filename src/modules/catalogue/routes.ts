import { sendJsonText } from '../../http/conditional.ts'
import { IdParams, NoContent, PageOf, PageQuery } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import type { Items } from './items.ts'
import type { Catalogue } from './room.ts'
import {
  Item,
  ItemPatch,
  ItemQuery,
  ItemReplacement,
  ItemTagParams,
  NewItem,
  NewStore,
  NewTag,
  Store,
  StorePatch,
  StoreQuery,
  Tag,
  TagPatch,
} from './schemas.ts'
import { sheetRoutes } from './sheet-routes.ts'
import type { Stores } from './stores.ts'
import type { Tags } from './tags.ts'

export function catalogueRoutes(app: App, catalogue: Catalogue): void {
  storeRoutes(app, catalogue.stores)
  itemRoutes(app, catalogue.items)
  itemTagRoutes(app, catalogue.items)
  tagRoutes(app, catalogue.tags)
  sheetRoutes(app, catalogue.sheets)
}

function storeRoutes(app: App, stores: Stores): void {
  app.get(
    '/stores',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Stores, oldest first',
        querystring: StoreQuery,
        response: { 200: PageOf(Store) },
      },
    },
    (request) => stores.list(request.caller, request.query),
  )
  app.post(
    '/stores',
    {
      config: { access: 'user', location: '/api/v1/stores' },
      schema: { summary: 'Open a store of mine', body: NewStore, response: { 201: Store } },
    },
    (request) => stores.create(request.caller, request.body),
  )
  app.get(
    '/stores/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'One store', params: IdParams, response: { 200: Store } },
    },
    async (request, reply) => sendJsonText(request, reply, await stores.serve(request.params.id)),
  )
  app.patch(
    '/stores/:id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Change a store of mine',
        description: 'A new currency does not reckon prices anew.',
        params: IdParams,
        body: StorePatch,
        response: { 200: Store },
      },
    },
    (request) => stores.update(request.caller, request.params.id, request.body, request.headers['if-match']),
  )
  app.delete(
    '/stores/:id',
    {
      config: { access: 'fresh' },
      schema: {
        summary: 'Delete a store of mine with its items and tags',
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    (request) => stores.remove(request.caller, request.params.id, request.headers['if-match']),
  )
}

function itemRoutes(app: App, items: Items): void {
  app.get(
    '/items',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Items of one store or of all, oldest first unless sorted',
        querystring: ItemQuery,
        response: { 200: PageOf(Item) },
      },
    },
    (request) => items.list(request.query),
  )
  app.post(
    '/items',
    {
      config: { access: 'user', location: '/api/v1/items' },
      schema: { summary: 'Put an item into a store of mine', body: NewItem, response: { 201: Item } },
    },
    (request) => items.create(request.caller, request.body),
  )
  app.get(
    '/items/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'One item', params: IdParams, response: { 200: Item } },
    },
    (request) => items.get(request.params.id),
  )
  app.put(
    '/items/:id',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Replace an item; its store and tags stay',
        params: IdParams,
        body: ItemReplacement,
        response: { 200: Item },
      },
    },
    ({ caller, params, body, headers }) =>
      items.update(caller, params.id, { external_id: null, description: null, ...body }, headers['if-match']),
  )
  app.patch(
    '/items/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'Change an item', params: IdParams, body: ItemPatch, response: { 200: Item } },
    },
    (request) => items.update(request.caller, request.params.id, request.body, request.headers['if-match']),
  )
  app.delete(
    '/items/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'Delete an item', params: IdParams, response: { 204: NoContent } },
    },
    (request) => items.remove(request.caller, request.params.id, request.headers['if-match']),
  )
}

function itemTagRoutes(app: App, items: Items): void {
  app.put(
    '/items/:id/tags/:tag_id',
    {
      config: { access: 'user' },
      schema: { summary: 'Put a tag on an item', params: ItemTagParams, response: { 200: Item } },
    },
    ({ caller, params, headers }) => items.addTag(caller, params.id, params.tag_id, headers['if-match']),
  )
  app.delete(
    '/items/:id/tags/:tag_id',
    {
      config: { access: 'user' },
      schema: { summary: 'Take a tag off an item', params: ItemTagParams, response: { 204: NoContent } },
    },
    ({ caller, params, headers }) => items.removeTag(caller, params.id, params.tag_id, headers['if-match']),
  )
}

function tagRoutes(app: App, tags: Tags): void {
  app.get(
    '/stores/:id/tags',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Tags of a store, oldest first',
        params: IdParams,
        querystring: PageQuery,
        response: { 200: PageOf(Tag) },
      },
    },
    (request) => tags.list(request.params.id, request.query),
  )
  app.post(
    '/stores/:id/tags',
    {
      config: { access: 'user', location: '/api/v1/tags' },
      schema: {
        summary: 'Make a tag for a store of mine',
        params: IdParams,
        body: NewTag,
        response: { 201: Tag },
      },
    },
    (request) => tags.create(request.caller, request.params.id, request.body),
  )
  app.get(
    '/tags/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'One tag with its items', params: IdParams, response: { 200: Tag } },
    },
    (request) => tags.get(request.params.id),
  )
  app.patch(
    '/tags/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'Rename a tag', params: IdParams, body: TagPatch, response: { 200: Tag } },
    },
    (request) => tags.rename(request.caller, request.params.id, request.body, request.headers['if-match']),
  )
  app.delete(
    '/tags/:id',
    {
      config: { access: 'user' },
      schema: { summary: 'Delete a tag that is on no item', params: IdParams, response: { 204: NoContent } },
    },
    (request) => tags.remove(request.caller, request.params.id, request.headers['if-match']),
  )
}
