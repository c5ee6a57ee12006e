import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { FileEntry } from './manifest.ts'

/** Every finished file below `from`; one that goes away meanwhile is left out. */
export async function copyFiles(from: string, to: string): Promise<FileEntry[]> {
  const entries: FileEntry[] = []
  for (const path of await finishedFiles(from)) {
    const digest = await copyFile(join(from, path), join(to, path)).catch(nullWhenGone)
    if (digest !== null) entries.push({ path, ...digest })
  }
  return entries
}

async function finishedFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(nullWhenGone)
  return (entries ?? [])
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.part'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

/** On disk when it resolves; says what it read. */
export async function copyFile(from: string, to: string): Promise<Omit<FileEntry, 'path'>> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  const hash = createHash('sha256')
  let bytes = 0
  await pipeline(
    createReadStream(from),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        bytes += chunk.length
        yield chunk
      }
    },
    createWriteStream(to, { mode: 0o600, flush: true }),
  )
  return { bytes, sha256: hash.digest('hex') }
}

export async function digestOf(path: string): Promise<Omit<FileEntry, 'path'>> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

function nullWhenGone(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null
  throw error
}
