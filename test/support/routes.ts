import type { Access, AccessWord } from '../../src/http/access.ts'
import type { TestLoggia } from './loggia.ts'

export interface Route {
  method: string
  /** With something in the place of every parameter. */
  path: string
  words: AccessWord[]
  /** Goes on until it is closed. */
  isStream: boolean
}

/** Every route of the server, HEAD too, as it can be called. */
export function routesOf({ loggia }: TestLoggia): Route[] {
  return loggia.routes.flatMap(({ method, url, config, schema }) =>
    [method].flat().map((one) => ({
      method: one,
      path: url.replace(/:\w+/g, '1'),
      words: [config?.access as Access].flat(),
      isStream: (schema as { produces?: string[] })?.produces?.includes('text/event-stream') ?? false,
    })),
  )
}
