import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { restoreBackup } from './restore.ts'
import { withDatabaseOfOwn } from './spare-database.ts'

interface Options {
  folder: string
  /** Of the server that makes the place for it. */
  databaseUrl: string | undefined
  checkIn: string | undefined
  env: Record<string, string | undefined>
}

/** Restores all of a backup into a temporary place, which is gone afterwards. Throws what is not right. */
export async function assertRestores({ folder, databaseUrl, checkIn, env }: Options): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'loggia-proof-'))
  try {
    if (databaseUrl === undefined) await restoreBackup({ config: { dataDir, databaseUrl }, folder, env })
    else {
      const name = `loggia_proof_${randomBytes(6).toString('hex')}`
      await withDatabaseOfOwn({ server: databaseUrl, name, given: checkIn }, (url) =>
        restoreBackup({ config: { dataDir, databaseUrl: url }, folder, env }),
      )
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}
