import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Page } from '../kit/page.ts'

/**
 * A JSON array without pages, read page by page while it is sent, so that a long list fits into a small memory. It is the reply
 * that comes back, typed as what it sends.
 */
export function sendList<Item, Shown>(
  reply: FastifyReply,
  pageAfter: (cursor: string | undefined) => Promise<Page<Item>>,
  present: (item: Item) => Shown,
): Shown[] {
  reply.type('application/json; charset=utf-8').header('cache-control', 'no-store')
  return reply.send(Readable.from(textOf(pageAfter, present))) as unknown as Shown[]
}

async function* textOf<Item>(
  pageAfter: (cursor: string | undefined) => Promise<Page<Item>>,
  present: (item: Item) => unknown,
): AsyncGenerator<string> {
  let cursor: string | undefined
  let opening = '['
  do {
    const { items, next_cursor }: Page<Item> = await pageAfter(cursor)
    if (items.length > 0) {
      yield opening + items.map((item) => JSON.stringify(present(item))).join(',')
      opening = ','
    }
    cursor = next_cursor ?? undefined
  } while (cursor !== undefined)
  yield opening === '[' ? '[]' : ']'
}
