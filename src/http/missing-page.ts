import type { FastifyReply, FastifyRequest } from 'fastify'
import { loadedOnce } from '../kit/loaded.ts'
import { CONSOLE, headersOf, PAGE_POLICY } from './console-pages.ts'
import { loadFile } from './static-file.ts'

/** For a person who mistyped an address; programs are told in JSON, and so is whoever is below an API. */
export function createMissingPage() {
  const page = loadedOnce(() => loadFile(new URL('missing.html', CONSOLE)))
  return {
    isWanted({ method, url, headers }: FastifyRequest): boolean {
      return (
        method === 'GET' && !/^\/(api|compat)\b/.test(url) && (headers.accept ?? '').includes('text/html')
      )
    },

    async send(reply: FastifyReply): Promise<FastifyReply> {
      const { contentType, plain } = await page()
      reply.code(404).headers({ ...headersOf(PAGE_POLICY), 'cache-control': 'no-store' })
      return reply.type(contentType).send(plain.bytes)
    },
  }
}
