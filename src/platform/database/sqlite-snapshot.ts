import type { DatabaseSync } from 'node:sqlite'

/**
 * All reads of one turn of the event loop see one snapshot: to take the file's locks and give them back costs more than a small
 * read does. What another process commits is seen a turn later at most; who commits in this one closes the snapshot first.
 */
export function createSnapshot(connection: DatabaseSync) {
  const begin = connection.prepare('begin')
  const end = connection.prepare('commit')
  let isOpen = false

  function close(): void {
    if (!isOpen) return
    isOpen = false
    end.run()
  }

  return {
    open(): void {
      if (isOpen) return
      begin.run()
      isOpen = true
      setImmediate(close)
    },
    close,
  }
}
