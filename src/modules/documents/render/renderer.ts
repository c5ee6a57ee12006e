import { fileURLToPath } from 'node:url'
import { RenderError, type RenderProcess, type RenderRequest, startRenderProcess } from './render-process.ts'
import type { TemplateName } from './templates.ts'

export { RenderError }

export interface Renderer {
  /** The same data gives the same bytes. Throws RenderError with a sentence for the user. */
  render(template: TemplateName, data: unknown): Promise<Uint8Array>
  close(): Promise<void>
}

export interface RendererOptions {
  /** How many documents are drawn at a time, each in a process of its own that starts when first needed. */
  threads: number
  timeoutMs: number
  templatesDir?: string
}

const TEMPLATES_DIR = fileURLToPath(new URL('./templates', import.meta.url))

interface Job extends PromiseWithResolvers<Uint8Array> {
  request: RenderRequest
}

export function createRenderer({
  threads,
  timeoutMs,
  templatesDir = TEMPLATES_DIR,
}: RendererOptions): Renderer {
  const waiting: Job[] = []
  const processes = new Set<RenderProcess>()
  const idle = new Set<RenderProcess>()
  let closed = false

  async function render(template: TemplateName, data: unknown) {
    if (closed) throw closedError()
    const job = { request: { template, json: wellFormedJson(data) }, ...Promise.withResolvers<Uint8Array>() }
    waiting.push(job)
    wake()
    return job.promise
  }

  function wake() {
    const [process = startProcess()] = idle
    if (!process) return
    idle.delete(process)
    work(process)
  }

  function startProcess() {
    if (processes.size >= threads) return
    const process = startRenderProcess({ templatesDir, timeoutMs })
    processes.add(process)
    process.gone.then(() => {
      processes.delete(process)
      idle.delete(process)
      if (waiting.length > 0) wake()
    })
    return process
  }

  async function work(process: RenderProcess) {
    for (let job = waiting.shift(); job; job = waiting.shift()) {
      await process.render(job.request).then(job.resolve, job.reject)
      if (!process.alive) return
    }
    idle.add(process)
  }

  async function close() {
    closed = true
    for (const job of waiting.splice(0)) job.reject(closedError())
    for (const process of processes) process.end(closedError())
    await Promise.all(Array.from(processes, (process) => process.gone))
  }

  return { render, close }
}

// Half of a surrogate pair is a legal JavaScript string, but its JSON escape is refused by strict readers.
function wellFormedJson(data: unknown): string {
  return JSON.stringify(data, (_key, value) => (typeof value === 'string' ? value.toWellFormed() : value))
}

function closedError() {
  return new RenderError('The renderer has been closed.', { isFinal: false })
}
