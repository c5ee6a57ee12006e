/** Stable: scripts may rely on them. Beyond 2 they are those of sysexits.h. */
export const EXIT = {
  done: 0,
  failed: 1,
  nothing: 2,
  usage: 64,
  unavailable: 69,
  forbidden: 77,
  settings: 78,
} as const

export const EXIT_SENTENCES: Record<keyof typeof EXIT, string> = {
  done: 'done',
  failed: 'it failed, or something was found that is wrong; the reason is on standard error',
  nothing: 'there was nothing: the queue is empty',
  usage: 'the command was called wrongly',
  unavailable: 'the server or an engine does not answer; try again',
  forbidden: 'the token or key is missing, no longer good, or not allowed to do this',
  settings: 'a setting is wrong',
}

/** Ends the command with its sentence, and this exit code. */
export class CommandError extends Error {
  override name = 'CommandError'
  readonly exitCode: number
  /** The server's own, where it was the server that refused. */
  readonly code: string | undefined

  constructor(exitCode: number, sentence: string, code?: string) {
    super(sentence)
    this.exitCode = exitCode
    this.code = code
  }
}

export function usageError(sentence: string): CommandError {
  return new CommandError(EXIT.usage, sentence)
}
