import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Files } from './index.ts'

export function createDiskFiles(dataDir: string): Files {
  const pathOf = (name: string) => join(dataDir, 'files', ...name.split('/').map(assertPlainName))

  return {
    async put(name, bytes) {
      const path = pathOf(name)
      await mkdir(dirname(path), { recursive: true })
      const unfinished = `${path}.${randomUUID()}.part`
      await writeDurably(unfinished, bytes)
      await rename(unfinished, path)
      await syncFolder(dirname(path))
    },
    async get(name) {
      return readFile(pathOf(name)).catch(nullWhenMissing)
    },
    async delete(name) {
      await rm(pathOf(name), { force: true })
    },
  }
}

/** A second wall: even a name that came from a bug stays inside the folder. */
function assertPlainName(part: string): string {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(part)) throw new Error(`"${part}" is not a file name of ours.`)
  return part
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A rename is on disk only when the folder that holds the name is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function nullWhenMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
