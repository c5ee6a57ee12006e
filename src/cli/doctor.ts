import { examine, type Finding } from '../operations/doctor/index.ts'
import { type Call, printJson } from './command.ts'
import { EXIT } from './exit.ts'

export async function doctor({ settings, options }: Call): Promise<number> {
  const findings = await examine(settings())
  const isWell = findings.every(({ state }) => state !== 'wrong')
  if (options['json']) printJson({ well: isWell, findings })
  else
    process.stdout.write(
      `${findings.map(lineOf).join('\n')}\n\n${isWell ? 'Nothing is wrong.' : 'Something is wrong.'}\n`,
    )
  return isWell ? EXIT.done : EXIT.failed
}

const MARKS = { good: 'good   ', warning: 'warning', wrong: 'WRONG  ' }

function lineOf({ subject, state, found, fix }: Finding): string {
  const line = `${MARKS[state]}  ${subject.padEnd(12)} ${found}`
  return fix === undefined ? line : `${line}\n         ${' '.repeat(12)} ${fix}`
}
