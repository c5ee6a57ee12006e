import { createDiskFiles } from './disk.ts'

/** Finished documents and pictures. Names are made by us, never by a caller. */
export interface Files {
  /** Whole or not at all, and on disk when it resolves. */
  put(name: string, bytes: Uint8Array): Promise<void>
  /** `null` when there is no such file. */
  get(name: string): Promise<Uint8Array | null>
  delete(name: string): Promise<void>
  /** Deletes what a crash left behind in a folder: old files that nobody claims. */
  sweep(folder: string, options: SweepOptions): Promise<void>
}

export interface SweepOptions {
  /** Epoch milliseconds. A younger file may belong to a row that is not yet written. */
  writtenBefore: number
  /** Which of these names, some hundred at a time, a row still stands for. */
  claimed: (names: string[]) => Promise<Set<string>>
}

export function openFiles(options: { dataDir: string }): Files {
  return createDiskFiles(options.dataDir)
}

export { createFileRemovals, type FileRemovals } from './removals.ts'
