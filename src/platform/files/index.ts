import { createDiskFiles } from './disk.ts'

/** Finished documents and pictures. Names are made by us, never by a caller. */
export interface Files {
  /** Whole or not at all, and on disk when it resolves. */
  put(name: string, bytes: Uint8Array): Promise<void>
  /** `null` when there is no such file. */
  get(name: string): Promise<Uint8Array | null>
  delete(name: string): Promise<void>
}

export function openFiles(options: { dataDir: string }): Files {
  return createDiskFiles(options.dataDir)
}
