import type { FastifyReply, FastifyRequest } from 'fastify'
import { CONSOLE, headersOf, PAGE_POLICY } from './console-pages.ts'
import { loadFile, type StaticFile, sendFile } from './static-file.ts'

/** For a person who mistyped an address; programs are told in JSON, and so is whoever is below an API. */
export function createMissingPage() {
  let page: Promise<StaticFile> | undefined
  return {
    isWanted({ method, url, headers }: FastifyRequest): boolean {
      return (
        method === 'GET' && !/^\/(api|compat)\b/.test(url) && (headers.accept ?? '').includes('text/html')
      )
    },

    async send(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      page ??= loadFile(new URL('missing.html', CONSOLE))
      reply.code(404).headers({ ...headersOf(PAGE_POLICY), 'cache-control': 'no-store' })
      return sendFile(request, reply, await page)
    },
  }
}
