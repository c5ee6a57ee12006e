import { inspect } from 'node:util'
import { type Config, ConfigError, loadConfig } from '../config.ts'

const EXIT_FAILURE = 1
/** sysexits.h: something is wrong with the configuration, or with how the command was called. */
const EXIT_CONFIG = 78
const EXIT_USAGE = 64

type Command = (config: Config, args: string[]) => Promise<number>

/** Loaded when called for, so that each command starts with no more than it needs. */
const COMMANDS: Record<string, { sentence: string; load: () => Promise<Command> }> = {
  serve: {
    sentence: 'run the server (ROLE says which half)',
    load: async () => (await import('./serve.ts')).serve,
  },
  work: { sentence: 'run jobs only', load: async () => (await import('./serve.ts')).work },
  migrate: {
    sentence: 'bring the database up to date',
    load: async () => (await import('./admin.ts')).migrateOnly,
  },
  'admin create': {
    sentence: 'make an administrator: admin create <username> [e-mail], the password on standard input',
    load: async () => (await import('./admin.ts')).createAdmin,
  },
  'admin import': {
    sentence: 'take over accounts, one JSON object a line: {"username", "email", "password_hash"}',
    load: async () => (await import('./admin.ts')).importAccounts,
  },
  'admin rotate-keys': {
    sentence: 'sign new tokens with a new key; the old one still verifies',
    load: async () => (await import('./admin.ts')).rotateKeys,
  },
  demo: {
    sentence:
      'send made-up detections to a running server: demo --key <API key> [--rate 3] [--url http://...]',
    load: async () => (await import('./demo.ts')).demo,
  },
}

/** The process's exit code. */
export async function run(args: string[], env: Record<string, string | undefined>): Promise<number> {
  const words = [args.slice(0, 2).join(' '), args[0] ?? 'serve']
  const name = words.find((word) => Object.hasOwn(COMMANDS, word))
  const command = name === undefined ? undefined : COMMANDS[name]
  if (name === undefined || command === undefined) {
    process.stderr.write(usage())
    return args[0] === '--help' ? 0 : EXIT_USAGE
  }
  try {
    const config = loadConfig(env)
    return await (await command.load())(config, args.slice(name.split(' ').length))
  } catch (error) {
    process.stderr.write(`${isTold(error) ? error.message : inspect(error)}\n`)
    return error instanceof ConfigError ? EXIT_CONFIG : EXIT_FAILURE
  }
}

/** Thrown with a sentence for whoever runs the command, by us or by the system; a fault of our own needs its stack. */
function isTold(error: unknown): error is Error {
  const ours = error instanceof Error && ['Error', 'ConfigError', 'LoggiaError'].includes(error.name)
  return ours && !('errcode' in error)
}

function usage(): string {
  const lines = Object.entries(COMMANDS).map(([name, { sentence }]) => `  ${name.padEnd(18)} ${sentence}`)
  return `Usage: loggia <command>\n\n${lines.join('\n')}\n\nSettings come from the environment: docs/configuration.md\n`
}
