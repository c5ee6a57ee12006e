import { randomUUID } from 'node:crypto'
import type { Caller } from '../../http/access.ts'
import { type Clock, laterThan } from '../../kit/clock.ts'
import { notFound } from '../../kit/errors.ts'
import { etagOf } from '../../kit/etag.ts'
import { type Database, tablesOf } from '../../platform/database/index.ts'
import type { FileRemovals, Files } from '../../platform/files/index.ts'
import { createPictureImages } from './picture-image.ts'
import type { UserTables } from './tables.ts'
import { assertMayWrite, rowOf } from './users.ts'

export interface PicturesOptions {
  db: Database
  clock: Clock
  files: Files
  removals: FileRemovals
}

const FOLDER = 'pictures'
/** Longer than any picture is on its way from its file to its row. */
const STRAY_MS = 3_600_000

/**
 * Each upload is a file of its own, on disk before the row names it, and the one before goes after the commit: whenever the
 * process ends, the row names a whole picture. A file that no row came to name is swept away.
 */
export function createPictures(options: PicturesOptions) {
  const { clock, files, removals } = options
  const draw = createPictureImages()
  const db = tablesOf<UserTables>(options.db)

  return {
    /** Everybody's, for all who are signed in. Throws `user_not_found` or `picture_not_found`. */
    get,

    /** Throws `not_yours`, `user_not_found`, and what the drawing throws. */
    async put(caller: Caller, id: number, image: Uint8Array): Promise<void> {
      assertMayWrite(caller, id)
      await rowOf(db.read, id)
      const name = `${FOLDER}/${id}-${randomUUID()}.webp`
      await files.put(name, await draw(image))
      try {
        await setPicture(id, name)
      } catch (error) {
        await files.delete(name)
        throw error
      }
    },

    async remove(caller: Caller, id: number): Promise<void> {
      assertMayWrite(caller, id)
      await setPicture(id, null)
    },

    /** Removes files that no row names. */
    purge: () => files.sweep(FOLDER, { writtenBefore: clock() - STRAY_MS, claimed }),
  }

  async function get(id: number): Promise<{ bytes: Uint8Array; etag: string }> {
    const { profile_pic: name } = await rowOf(db.read, id)
    if (name === null) throw notFound('picture')
    const bytes = await files.get(name)
    if (bytes !== null) return { bytes, etag: etagOf(name) }
    // It may have been replaced between the row and the file.
    if ((await rowOf(db.read, id)).profile_pic === name) throw notFound('picture')
    return get(id)
  }

  function setPicture(id: number, name: string | null): Promise<void> {
    return db.write(async (tx) => {
      const { profile_pic, updated_at } = await rowOf(tx, id)
      if (profile_pic === null && name === null) throw notFound('picture')
      const values = { profile_pic: name, updated_at: laterThan(updated_at, clock()) }
      await tx.updateTable('users').where('id', '=', id).set(values).execute()
      if (profile_pic !== null) await removals.enqueue(tx, profile_pic)
    })
  }

  async function claimed(names: string[]): Promise<Set<string>> {
    const ids = names.flatMap((name) => /^(\d{1,15})-/.exec(name)?.[1] ?? []).map(Number)
    if (ids.length === 0) return new Set()
    const owners = db.read.selectFrom('users').where('id', 'in', ids).where('profile_pic', 'is not', null)
    const rows = await owners.select('profile_pic').execute()
    return new Set(rows.map(({ profile_pic }) => String(profile_pic).slice(FOLDER.length + 1)))
  }
}

export type Pictures = ReturnType<typeof createPictures>
