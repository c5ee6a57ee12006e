import { createCompiler } from './compiler.ts'
import type { RenderAnswer, RenderRequest } from './render-process.ts'

const [templatesDir = ''] = process.argv.slice(2)
const compile = createCompiler(templatesDir)

// A Ctrl-C reaches the whole process group, but only the renderer decides when its processes end.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})

process.on('message', (request: RenderRequest) => process.send?.(answer(request)))
process.send?.('ready')

function answer({ template, json }: RenderRequest): RenderAnswer {
  try {
    return { bytes: compile(template, json), residentBytes: process.memoryUsage.rss() }
  } catch (error) {
    return { failure: (error as Error).message, residentBytes: process.memoryUsage.rss() }
  }
}
