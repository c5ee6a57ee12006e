import type { Command } from './command.ts'
import { COMMANDS } from './commands.ts'
import { EXIT, EXIT_SENTENCES } from './exit.ts'

const NAME_COLUMN = 18
const OPTION_COLUMN = 20

export function helpOfAll(): string {
  const lines = Object.entries(COMMANDS).map(([name, { sentence }]) => row(name, NAME_COLUMN, sentence))
  return `Usage: loggia <command> [options]

${lines.join('\n')}

"loggia <command> --help" says more, "loggia --version" which version it is. Settings come from the environment: docs/configuration.md

Ends with
${Object.entries(EXIT)
  .map(([name, code]) => row(String(code), 4, EXIT_SENTENCES[name as keyof typeof EXIT]))
  .join('\n')}
`
}

export function helpOf(name: string, { synopsis, sentence, details, options = {} }: Command): string {
  const takes = Object.keys(options).length > 0 ? ' [options]' : ''
  const usage = `Usage: loggia ${name}${synopsis === undefined ? '' : ` ${synopsis}`}${takes}`
  const parts = [usage, `${capital(sentence)}.`]
  if (details !== undefined) parts.push(details)
  const lines = Object.entries(options).map(([option, { value, sentence: what }]) =>
    row(`--${option}${value === undefined ? '' : ` ${value}`}`, OPTION_COLUMN, what),
  )
  if (lines.length > 0) parts.push(lines.join('\n'))
  return `${parts.join('\n\n')}\n`
}

function row(name: string, width: number, sentence: string): string {
  return `  ${name.padEnd(width)} ${sentence}`
}

function capital(sentence: string): string {
  return sentence.slice(0, 1).toUpperCase() + sentence.slice(1)
}
