import { open } from 'node:fs/promises'

/**
 * A rename is on disk only when the folder that holds the name is. Who asks while a sync runs shares the next one, which began
 * after their rename: many files at a time cost few syncs.
 */
export function createFolderSync(): (path: string) => Promise<void> {
  const running = new Map<string, Promise<void>>()
  const next = new Map<string, Promise<void>>()

  return function syncShared(path) {
    const current = running.get(path)
    if (current === undefined) return start(path)
    const planned = next.get(path) ?? current.then(ignore, ignore).then(() => start(path))
    next.set(path, planned)
    return planned
  }

  function start(path: string): Promise<void> {
    next.delete(path)
    const syncing = syncFolder(path).finally(() => running.delete(path))
    running.set(path, syncing)
    return syncing
  }
}

/** A sync that failed is told to those who asked for it. */
function ignore(): void {}

export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
