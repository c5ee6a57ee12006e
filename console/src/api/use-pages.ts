import { useCallback, useRef, useState } from 'react'
import type { Answer, ApiRequest, Operation, Parts } from './request.ts'
import { call } from './session.ts'
import { type Loading, useReading, type When } from './use-reading.ts'

/** The most that the API gives on one page. */
const LIMIT_MAX = 100

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

/**
 * A list page by page. Loaded anew it is as long as it was. By itself it is loaded anew only while it is one page long: what
 * somebody went on to read does not move under their eyes.
 */
export function usePages<Name extends Paged>(
  request: ApiRequest<Name> | null,
  when: When = {},
): Pages<Answer<Name>['items'][number]> {
  type Item = Answer<Name>['items'][number]
  const key = JSON.stringify(request)
  const shown = useRef({ key, count: 0 })
  if (shown.current.key !== key) shown.current = { key, count: 0 }
  const [deepKey, setDeepKey] = useState<string>()
  const read = useCallback((wanted: ApiRequest<Name>) => readPages<Item>(wanted, shown.current.count), [])
  const list = useReading<ApiRequest<Name>, Page<Item>>(request, read, { ...when, isHeld: deepKey === key })
  const { data, put } = list
  shown.current.count = data?.items.length ?? 0

  async function more(): Promise<void> {
    if (request === null || data === undefined) return
    const page = await readPage<Item>(request, { cursor: data.next_cursor })
    setDeepKey(key)
    put({ items: [...data.items, ...page.items], next_cursor: page.next_cursor })
  }
  return {
    data: data?.items,
    error: list.error,
    reload: list.reload,
    more: data?.next_cursor ? more : undefined,
  }
}

/** One page, or as many as hold `count` items. */
async function readPages<T>(request: ApiRequest, count: number): Promise<Page<T>> {
  let whole = await readPage<T>(request, {})
  while (whole.items.length < count && whole.next_cursor !== null) {
    const next = await readPage<T>(request, { cursor: whole.next_cursor, limit: LIMIT_MAX })
    whole = { items: [...whole.items, ...next.items], next_cursor: next.next_cursor }
  }
  return whole
}

async function readPage<T>({ operation, input }: ApiRequest, part: object): Promise<Page<T>> {
  const { query = {} } = input as Parts
  return (await call({
    operation,
    input: { ...input, query: { ...query, ...part } } as object,
  })) as unknown as Page<T>
}
