import { ApiError, type ApiRequest, addressOf } from './request.ts'

/** Changes whose answer was lost, by what they ask for; of more than so many the oldest are forgotten. */
const UNSETTLED_MAX = 50
const unsettled = new Map<string, string>()

/**
 * A change that was not answered may have been made all the same: sent again, by hand too, it carries the same key, and the
 * server makes it once.
 */
export async function onceOnly<T>(request: ApiRequest, send: (key: string | null) => Promise<T>): Promise<T> {
  const { method, path, body = '' } = addressOf(request)
  if (method === 'GET') return send(null)
  const change = `${method} ${path} ${body}`
  const key = unsettled.get(change) ?? newKey()
  unsettled.delete(change)
  try {
    return await send(key)
  } catch (error) {
    if (error instanceof ApiError && isOpen(error)) keep(change, key)
    throw error
  }
}

function isOpen(error: ApiError): boolean {
  return error.status === 0 || error.status >= 500 || error.code === 'idempotency_in_progress'
}

function keep(change: string, key: string): void {
  unsettled.set(change, key)
  const [oldest] = unsettled.keys()
  if (unsettled.size > UNSETTLED_MAX && oldest !== undefined) unsettled.delete(oldest)
}

/** Not `randomUUID`, which is missing on a page that came over plain HTTP. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
