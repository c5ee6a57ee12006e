import { existsSync } from 'node:fs'
import { makeBackup } from '../operations/backup.ts'
import type { Manifest } from '../operations/manifest.ts'
import { restoreBackup } from '../operations/restore.ts'
import { type Call, optionOf, printJson } from './command.ts'
import { EXIT, usageError } from './exit.ts'

export async function backup(call: Call): Promise<number> {
  const folder = folderOf(call)
  if (existsSync(folder)) throw new Error(`${folder} is there already. A backup goes into a new folder.`)
  const checkIn = optionOf(call, 'check-in')
  const manifest = await makeBackup({
    config: call.settings(),
    folder,
    checkIn,
    env: call.env,
    now: new Date(),
  })
  tell(call, manifest, `Backed up into ${folder}, and proved by restoring it`)
  return EXIT.done
}

export async function restore(call: Call): Promise<number> {
  const config = call.settings()
  const manifest = await restoreBackup({ config, folder: folderOf(call), env: call.env })
  tell(call, manifest, `Restored the backup of ${manifest.made_at}, and compared it`)
  return EXIT.done
}

function folderOf({ words: [folder] }: Call): string {
  if (!folder) throw usageError('Name the folder of the backup.')
  return folder.replace(/\/+$/, '')
}

function tell({ options }: Call, manifest: Manifest, what: string): void {
  if (options['json']) {
    printJson(manifest)
    return
  }
  const rows = Object.values(manifest.tables).reduce((sum, table) => sum + table.rows, 0)
  const bytes = [manifest.database, ...manifest.files].reduce((sum, file) => sum + file.bytes, 0)
  process.stdout.write(`${what}: ${rows} rows, ${manifest.files.length} files, ${bytes} bytes.\n`)
}
