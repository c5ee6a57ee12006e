import { decodeCursor, type Page, toPage } from '../../kit/page.ts'

export interface ListQuery {
  limit: number
  cursor?: string
}

/** The id after which the page begins. */
export function afterId({ cursor }: ListQuery): number {
  return cursor === undefined ? 0 : (decodeCursor(cursor, ['number'])[0] as number)
}

/** The page of a list by ascending id, made of one record more than it shows. */
export function toPageById<Shown extends { id: number }>(shown: Shown[], { limit }: ListQuery): Page<Shown> {
  return toPage(
    shown,
    limit,
    (record) => record,
    ({ id }) => [id],
  )
}
