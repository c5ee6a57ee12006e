import { fork } from 'node:child_process'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TemplateName } from './templates.ts'

// Loading the compiler and the fonts takes a fraction of a second; this is for a machine on its knees.
const STARTUP_MS_MAX = 30_000

// A document of thousands of rows leaves its memory behind in the allocator. Ending the process is the
// one sure way to give it back; a process with every font in use stays well below this.
const RESIDENT_BYTES_MAX = 256 * 1024 * 1024

// JavaScript in a package, as this file is then.
const WORKER_FILE = fileURLToPath(new URL(`./worker${extname(import.meta.url)}`, import.meta.url))

export interface RenderRequest {
  template: TemplateName
  json: string
}

export type RenderAnswer = ({ bytes: Uint8Array } | { failure: string }) & { residentBytes: number }

export interface RenderProcess {
  render(request: RenderRequest): Promise<Uint8Array>
  /** Ends the process at once; a render under way is rejected with `reason`. */
  end(reason: RenderError): void
  readonly alive: boolean
  readonly gone: Promise<void>
}

export class RenderError extends Error {
  override name = 'RenderError'
  /** The same data would fail again. */
  readonly isFinal: boolean

  constructor(sentence: string, { isFinal }: { isFinal: boolean }) {
    super(sentence)
    this.isFinal = isFinal
  }
}

// A process and not a thread: the compiler is native code, which a thread cannot be stopped in, and its
// crash would take the whole server along.
export function startRenderProcess(options: { templatesDir: string; timeoutMs: number }): RenderProcess {
  const child = fork(WORKER_FILE, [options.templatesDir], {
    execArgv: ['--expose-gc'],
    env: isolatedEnvironment(options.templatesDir),
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  let ready = false
  let alive = true
  let current: PromiseWithResolvers<Uint8Array> | undefined
  let limit: NodeJS.Timeout | undefined

  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.on('error', () => resolve())
  })
  gone.then(() =>
    end(new RenderError('The renderer stopped in the middle of the document.', { isFinal: false })),
  )

  child.on('message', (message: 'ready' | RenderAnswer) => {
    if (message !== 'ready') return settle(message)
    ready = true
    if (current) startLimit()
  })

  function render(request: RenderRequest) {
    current = Promise.withResolvers<Uint8Array>()
    startLimit()
    // A broken channel means a process that is ending, and that is heard of by `gone`.
    child.send?.(request, () => {})
    return current.promise
  }

  function startLimit() {
    clearTimeout(limit)
    limit = setTimeout(expire, ready ? options.timeoutMs : STARTUP_MS_MAX)
  }

  function expire() {
    const sentence = `The document was not ready within ${options.timeoutMs / 1000} s.`
    end(new RenderError(sentence, { isFinal: true }))
  }

  function settle(answer: RenderAnswer) {
    if (answer.residentBytes > RESIDENT_BYTES_MAX) kill()
    if ('bytes' in answer) take()?.resolve(answer.bytes)
    else take()?.reject(failed(answer.failure))
  }

  function end(reason: RenderError) {
    kill()
    take()?.reject(reason)
  }

  function kill() {
    alive = false
    child.kill('SIGKILL')
  }

  function take() {
    clearTimeout(limit)
    const taken = current
    current = undefined
    return taken
  }

  return {
    render,
    end,
    get alive() {
      return alive
    },
    gone,
  }
}

function failed(reason: string): RenderError {
  return new RenderError(`The document could not be drawn: ${reason.replace(/\.$/, '')}.`, { isFinal: true })
}

// Nothing of the server's environment is needed here, least of all its secrets. The template language
// can import packages from the network or a user's cache: both lead nowhere. A page is drawn by one thread:
// to hand parts of it around among several costs more than it saves.
function isolatedEnvironment(templatesDir: string): NodeJS.ProcessEnv {
  const nowhere = join(templatesDir, 'packages')
  return {
    ALL_PROXY: 'http://127.0.0.1:9',
    XDG_CACHE_HOME: nowhere,
    XDG_DATA_HOME: nowhere,
    RAYON_NUM_THREADS: '1',
  }
}
