import { useCallback, useState } from 'react'
import type { Answer, ApiRequest, Operation, Parts } from './request.ts'
import { call } from './session.ts'
import { type Loading, useLoad, type When } from './use-load.ts'

/** The operations that answer page by page. */
export type Paged = {
  [Name in Operation]: Answer<Name> extends { items: unknown[]; next_cursor: string | null } ? Name : never
}[Operation]

export interface Pages<T> extends Loading<T[]> {
  /** Loads the next page; unset at the end of the list. */
  more: (() => Promise<void>) | undefined
}

interface Page<T> {
  items: T[]
  next_cursor: string | null
}

/** A list whose first page is kept fresh, with more of it on demand. */
export function usePages<Name extends Paged>(
  request: ApiRequest<Name> | null,
  when: When = {},
): Pages<Answer<Name>['items'][number]> {
  type Item = Answer<Name>['items'][number]
  const first = useLoad(request, when)
  const firstPage = first.data as Page<Item> | undefined
  const [further, setFurther] = useState<{ of: unknown; items: Item[]; cursor: string | null }>()
  const isCurrent = further !== undefined && further.of === firstPage
  const cursor = isCurrent ? further.cursor : (firstPage?.next_cursor ?? null)
  const items = isCurrent ? further.items : []

  const more = useCallback(async () => {
    if (request === null || cursor === null) return
    const { query = {} } = request.input as Parts
    const input = { ...request.input, query: { ...query, cursor } } as ApiRequest<Name>['input']
    const page = (await call({ operation: request.operation, input })) as unknown as Page<Item>
    setFurther({ of: firstPage, items: [...items, ...page.items], cursor: page.next_cursor })
  }, [request, cursor, firstPage, items])

  return {
    data: firstPage === undefined ? undefined : [...firstPage.items, ...items],
    error: first.error,
    reload: first.reload,
    more: cursor === null ? undefined : more,
  }
}
