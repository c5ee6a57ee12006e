import { randomUUID } from 'node:crypto'
import { mkdir, open, opendir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createFolderSync, syncFolder } from './folder-sync.ts'
import type { Files, SweepOptions } from './index.ts'

const SWEPT_AT_ONCE = 500

export function createDiskFiles(dataDir: string): Files {
  const pathOf = (name: string) => join(dataDir, 'files', ...name.split('/').map(assertPlainName))
  const syncShared = createFolderSync()

  return {
    async put(name, bytes) {
      const path = pathOf(name)
      const unfinished = `${path}.${randomUUID()}.part`
      try {
        await writeDurably(unfinished, bytes)
        await rename(unfinished, path)
      } catch (error) {
        // On a full disk, what is half-written must not stay.
        await rm(unfinished, { force: true })
        throw error
      }
      await syncShared(dirname(path))
    },
    async get(name) {
      return readFile(pathOf(name)).catch(nullWhenMissing)
    },
    async delete(name) {
      await rm(pathOf(name), { force: true })
    },
    async sweep(folder, options) {
      for await (const names of namesIn(pathOf(folder))) await sweepSome(pathOf(folder), names, options)
    },
  }
}

/** A second wall: even a name that came from a bug stays inside the folder. */
function assertPlainName(part: string): string {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/.test(part)) throw new Error(`"${part}" is not a file name of ours.`)
  return part
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await openNew(path)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** The folder is there nearly always, so it is only made when it is missed. */
async function openNew(path: string) {
  const create = () => open(path, 'wx', 0o600)
  return create().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    await makeFolder(dirname(path))
    return create()
  })
}

async function makeFolder(path: string): Promise<void> {
  const topmost = await mkdir(path, { recursive: true })
  if (topmost === undefined) return
  for (let made = path; made !== dirname(topmost); made = dirname(made)) await syncFolder(dirname(made))
}

async function* namesIn(path: string): AsyncGenerator<string[]> {
  const folder = await opendir(path).catch(nullWhenMissing)
  let names: string[] = []
  for await (const { name } of folder ?? []) {
    names.push(name)
    if (names.length === SWEPT_AT_ONCE) {
      yield names
      names = []
    }
  }
  if (names.length > 0) yield names
}

async function sweepSome(
  path: string,
  names: string[],
  { writtenBefore, claimed }: SweepOptions,
): Promise<void> {
  const kept = await claimed(names)
  for (const name of names.filter((name) => !kept.has(name))) {
    const file = await stat(join(path, name)).catch(nullWhenMissing)
    if (file !== null && file.mtimeMs < writtenBefore) await rm(join(path, name), { force: true })
  }
}

function nullWhenMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
