import { transfer } from '../operations/transfer.ts'
import { type Call, optionOf, printJson } from './command.ts'
import { EXIT, usageError } from './exit.ts'

export async function transferAll(call: Call): Promise<number> {
  const [from, to] = [optionOf(call, 'from'), optionOf(call, 'to')]
  if (from === undefined || to === undefined) throw usageError('Say --from and --to.')
  const moved = await transfer({
    from,
    to,
    onTable: (name, rows) => void process.stderr.write(`${name}: ${rows} rows\n`),
  })
  if (call.options['json']) {
    printJson({ tables: moved })
    return EXIT.done
  }
  const rows = Object.values(moved).reduce((sum, table) => sum + table.rows, 0)
  process.stdout.write(
    `Moved ${rows} rows in ${Object.keys(moved).length} tables; both sides are equal.\n${FILES}`,
  )
  return EXIT.done
}

const FILES =
  'Finished documents are files in DATA_DIR and stay there: keep it, or copy its folder "files".\n'
