import { readFileSync } from 'node:fs'
import { inspect, parseArgs } from 'node:util'
import { ConfigError, loadConfig } from '../config.ts'
import { LoggiaError } from '../kit/errors.ts'
import type { Call, Command } from './command.ts'
import { COMMANDS } from './commands.ts'
import { CommandError, EXIT } from './exit.ts'
import { helpOf, helpOfAll } from './help.ts'

/** The process's exit code. */
export async function run(args: string[], env: Record<string, string | undefined>): Promise<number> {
  if (args[0] === '--version') {
    process.stdout.write(`${version()}\n`)
    return EXIT.done
  }
  const words = [args.slice(0, 2).join(' '), args[0] ?? 'serve']
  const name = words.find((word) => Object.hasOwn(COMMANDS, word))
  const command = name === undefined ? undefined : COMMANDS[name]
  if (name === undefined || command === undefined) {
    const isAsked = args.includes('--help') || args[0] === 'help'
    if (isAsked) process.stdout.write(helpOfAll())
    else process.stderr.write(`There is no command "${args[0]}".\n\n${helpOfAll()}`)
    return isAsked ? EXIT.done : EXIT.usage
  }
  const given = args.slice(name.split(' ').length)
  if (given.includes('--help')) {
    process.stdout.write(helpOf(name, command))
    return EXIT.done
  }
  try {
    const call = { ...read(name, command, given), env, settings: () => loadConfig(env) }
    return await (await command.load())(call)
  } catch (error) {
    process.stderr.write(`${isTold(error) ? sentenceOf(error) : inspect(error)}\n`)
    return exitCodeOf(error)
  }
}

function version(): string {
  return JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).version
}

function read(
  name: string,
  { synopsis = '', options = {} }: Command,
  args: string[],
): Pick<Call, 'words' | 'options'> {
  const types = Object.entries(options).map(([option, { value }]) => [
    option,
    { type: value === undefined ? 'boolean' : 'string' } as const,
  ])
  try {
    const { positionals, values } = parseArgs({
      args,
      options: Object.fromEntries(types),
      allowPositionals: true,
    })
    const surplus = synopsis.includes('...') ? undefined : positionals[wordsIn(synopsis)]
    if (surplus !== undefined) throw new Error(`"${surplus}" is a word too many`)
    return { words: positionals, options: values as Call['options'] }
  } catch (error) {
    const [fault = ''] = (error as Error).message.split(/\.\s/)
    throw new CommandError(EXIT.usage, `${fault}. "loggia ${name} --help" says what it takes.`)
  }
}

function wordsIn(synopsis: string): number {
  return synopsis.split(' ').filter((word) => word !== '').length
}

/** Thrown with a sentence for whoever runs the command, by us or by the system; a fault of our own needs its stack. */
function isTold(error: unknown): error is Error {
  const told = ['Error', 'ConfigError', 'CommandError', 'LoggiaError']
  return error instanceof Error && told.includes(error.name) && !('errcode' in error)
}

function sentenceOf(error: Error): string {
  const faults = error instanceof LoggiaError ? error.errors : []
  const fields = faults.filter(({ detail }) => detail !== error.message)
  return [error.message, ...fields.map(({ pointer, detail }) => `  ${pointer}: ${detail}`)].join('\n')
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommandError) return error.exitCode
  return error instanceof ConfigError ? EXIT.settings : EXIT.failed
}
