import type { Config } from '../config.ts'

export interface Option {
  /** What stands for its value in the help; a flag has none. */
  value?: string
  sentence: string
}

export interface Call {
  /** What stands behind the command's name, without the options. */
  words: string[]
  options: Record<string, string | boolean | undefined>
  env: Record<string, string | undefined>
  /** The server's settings. Throws a ConfigError. */
  settings(): Config
}

/** Resolves with the exit code. */
export type Work = (call: Call) => Promise<number>

export interface Command {
  /** What it takes, as in `<username> [e-mail]`. */
  synopsis?: string
  sentence: string
  /** More that its own help says. */
  details?: string
  options?: Record<string, Option>
  /** Loaded when called for, so that each command starts with no more than it needs. */
  load: () => Promise<Work>
}

/** The value of an option that takes one. */
export function optionOf({ options }: Call, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`)
}
