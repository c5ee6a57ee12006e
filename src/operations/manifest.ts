import type { Contents } from './contents.ts'

/** What a backup says of itself. Everything else in its folder is named here. */
export interface Manifest {
  format: 1
  made_at: string
  engine: 'sqlite' | 'postgres'
  database: FileEntry
  tables: Contents
  /** Below `files`. */
  files: FileEntry[]
}

export interface FileEntry {
  path: string
  bytes: number
  sha256: string
}

export const MANIFEST = 'manifest.json'
export const DATABASE_FILE = { sqlite: 'loggia.db', postgres: 'database.dump' }
