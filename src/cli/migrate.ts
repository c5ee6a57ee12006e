import { standOf } from '../operations/stand.ts'
import { type Call, printJson } from './command.ts'
import { EXIT } from './exit.ts'
import { withLoggia } from './with-loggia.ts'

export function migrateNow(call: Call): Promise<number> {
  return withLoggia(call, async () => {
    const { applied } = await standOf(call.settings())
    if (call.options['json']) printJson({ applied })
    else process.stdout.write(`The database is up to date (${applied.length} migrations).\n`)
  })
}

export async function migrationStatus({ settings, options }: Call): Promise<number> {
  const stand = await standOf(settings())
  if (options['json']) printJson(stand)
  else process.stdout.write(tell(stand))
  return stand.missing.length + stand.unknown.length === 0 ? EXIT.done : EXIT.failed
}

function tell({ applied, missing, unknown }: Awaited<ReturnType<typeof standOf>>): string {
  if (unknown.length > 0) return `The database was migrated by a newer version: ${unknown.join(', ')}.\n`
  if (missing.length === 0) return `The database is up to date (${applied.length} migrations).\n`
  return `${missing.length} migrations are to be applied by "loggia migrate", or at the next start:\n${missing.map((name) => `  ${name}\n`).join('')}`
}
