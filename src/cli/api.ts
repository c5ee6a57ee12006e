import { type Call, optionOf } from './command.ts'
import { CommandError, EXIT } from './exit.ts'

export interface Api {
  address: string
  headers: Record<string, string>
  /** The answer's JSON; `null` for one without a body. Throws a CommandError with the server's own sentence. */
  call<Answer>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer>
}

const PRESET = 'http://127.0.0.1:8080'
/** Longer than the longest that a receive may wait. */
const ANSWER_MS = 60_000

/** A running server, as the command's options or the environment name it. */
export function apiOf(call: Call): Api {
  const address = (optionOf(call, 'url') ?? call.env['LOGGIA_URL'] ?? PRESET).replace(/\/+$/, '')
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    throw new CommandError(EXIT.usage, 'The server must be a URL that begins with http:// or https://.')
  const credential = optionOf(call, 'token') ?? optionOf(call, 'key') ?? call.env['LOGGIA_TOKEN']
  if (!credential)
    throw new CommandError(
      EXIT.forbidden,
      'Set LOGGIA_TOKEN to an access token or API key ("loggia keys create" makes one).',
    )
  const headers = { authorization: `Bearer ${credential}` }
  return {
    address,
    headers,
    async call(method, path, body, signal) {
      const answer = await fetch(`${address}/api/v1${path}`, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([AbortSignal.timeout(ANSWER_MS), ...(signal ? [signal] : [])]),
      }).catch((error) => {
        throw unreachable(address, error)
      })
      await assertTaken(answer)
      return answer.status === 204 ? null : JSON.parse(await answer.text())
    },
  }
}

export function unreachable(address: string, error: unknown): CommandError {
  const { cause, message } = error as Error
  const reason = cause instanceof Error ? cause.message || String((cause as { code?: string }).code) : message
  return new CommandError(EXIT.unavailable, `${address} does not answer: ${reason}`)
}

/** Throws what the server says of it. */
export async function assertTaken(answer: Response): Promise<void> {
  if (answer.ok) return
  const text = await answer.text()
  const [sentence, code] = sentenceOf(answer.status, text)
  throw new CommandError(exitCodeOf(answer.status), sentence, code)
}

export function exitCodeOf(status: number): number {
  if (status === 401 || status === 403) return EXIT.forbidden
  return status === 429 || status >= 500 ? EXIT.unavailable : EXIT.failed
}

function sentenceOf(status: number, text: string): [sentence: string, code?: string] {
  try {
    const { detail, title, code, errors = [] } = JSON.parse(text)
    const fields = errors.map(
      ({ pointer, detail: why }: { pointer: string; detail: string }) => `  ${pointer}: ${why}`,
    )
    return [[`${detail ?? title} (${status} ${code})`, ...fields].join('\n'), code]
  } catch {
    return [`The server answered ${status}. Is the address that of a Loggia?`]
  }
}
