import { isUtf8 } from 'node:buffer'
import { IdParams } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import { Type } from '../../http/type.ts'
import { LoggiaError } from '../../kit/errors.ts'
import { Imported, ImportQuery } from './schemas.ts'
import { ROWS_MAX } from './sheet-records.ts'
import type { Sheets } from './sheets.ts'

const IMPORT_BYTES_MAX = 8 * 1024 * 1024

const SHEET = {
  type: 'string',
  description: 'A header with `external_id,name,description,price,tags`, then a row for each item.',
}

export function sheetRoutes(app: App, sheets: Sheets): void {
  app.get(
    '/stores/:id/items.csv',
    {
      config: { access: 'user' },
      schema: {
        summary: 'Items of a store for a spreadsheet',
        description:
          'As `/stores/{id}/items/import` takes them. What has no external id is called `#` and its id.',
        params: IdParams,
        produces: ['text/csv'],
        response: { 200: Type.Unsafe<unknown>(SHEET) },
      },
    },
    async ({ params }, reply) =>
      reply
        .headers({
          'content-type': 'text/csv; charset=utf-8; header=present',
          'cache-control': 'no-store',
          'content-disposition': `attachment; filename="store-${params.id}-items.csv"`,
        })
        .send(await sheets.export(params.id)),
  )
  app.register(async (scope) => importRoute(scope as App, sheets))
}

function importRoute(scope: App, sheets: Sheets): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser(
    'text/csv',
    { parseAs: 'buffer', bodyLimit: IMPORT_BYTES_MAX },
    async (_request: unknown, body: Buffer) => {
      if (!isUtf8(body)) throw new LoggiaError('malformed', 'malformed_csv', 'The sheet is not valid UTF-8.')
      return body.toString()
    },
  )
  scope.post(
    '/stores/:id/items/import',
    {
      config: { access: 'user' },
      bodyLimit: IMPORT_BYTES_MAX,
      schema: {
        summary: 'Make and change items of a store of mine by a spreadsheet',
        description:
          'Items are found by their external id: a repeat changes nothing. Prices are decimal text in the currency of the ' +
          'store, tags have `|` between them. What is not in the sheet stays, as do columns it does not have. When a row ' +
          'is wrong nothing is imported; each error points to `/<line>/<column>`. ' +
          `At most ${ROWS_MAX} rows, ${IMPORT_BYTES_MAX / 1024 ** 2} MB.`,
        params: IdParams,
        querystring: ImportQuery,
        consumes: ['text/csv'],
        body: Type.Unsafe<string>(SHEET),
        response: { 200: Imported },
      },
    },
    ({ caller, params, body, query }) => sheets.import(caller, params.id, body, query.dry_run),
  )
}
