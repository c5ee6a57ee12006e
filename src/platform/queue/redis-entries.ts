import { DEPTH_MAX, depthOf } from '../../kit/json-depth.ts'

/** The fields of a stream's entry: name, value, name, value. */
export type Fields = string[]

interface Entry {
  body: string
  pushedAt: number
}

/** The last millisecond that a date can be. */
const TIME_MS_MAX = 8.64e15

/**
 * What an entry says as a message. Ours have JSON in `body`; of a foreign one, a body that is no JSON, or nests too deep for
 * the API, becomes a JSON string, and an entry without a body becomes an object of its fields. Foreign entries are as old as their id says.
 */
export function toEntry(id: string, fields: Fields): Entry {
  const named = namedFields(fields)
  const { body, 'loggia:at': at } = named
  if (body !== undefined && at !== undefined && /^\d{1,15}$/.test(at)) return { body, pushedAt: Number(at) }
  const pushedAt = Math.min(Number.parseInt(id, 10), TIME_MS_MAX)
  return { body: body === undefined ? JSON.stringify(named) : asJson(body), pushedAt }
}

/** Without a prototype: a field may be called `__proto__`. */
function namedFields(fields: Fields): Record<string, string> {
  const named: Record<string, string> = Object.create(null)
  for (let at = 0; at < fields.length; at += 2) named[String(fields[at])] = String(fields[at + 1])
  return named
}

function asJson(text: string): string {
  try {
    JSON.parse(text)
    return depthOf(Buffer.from(text)) > DEPTH_MAX ? JSON.stringify(text) : text
  } catch {
    return JSON.stringify(text)
  }
}

/** Only such a text can name a message; whatever else a caller sends names none. */
export function isId(text: string): boolean {
  return /^\d{1,20}-\d{1,20}$/.test(text)
}
