import type { FastifyReply, FastifyRequest } from 'fastify'
import { type EventStream, formatEvent, lastEventIdOf, type OpenEventStream } from '../../http/sse.ts'
import { oneAtATime } from '../../kit/one-at-a-time.ts'
import type { Bus } from '../../platform/bus/index.ts'
import { type Database, tablesOf } from '../../platform/database/index.ts'
import type { OnError } from '../../platform/jobs/index.ts'
import { topicOf } from './changes.ts'
import { present } from './documents.ts'
import type { DocumentRow } from './rows.ts'
import type { DocumentTables } from './tables.ts'

interface Options {
  db: Database
  bus: Bus
  openEventStream: OpenEventStream
  onError: OnError
}

/** Documents read and sent at once. */
const PAGE_MAX = 100
/** A poke may be lost. */
const LOOK_EVERY_MS = 5_000

/**
 * The states of somebody's own documents as they change. What is sent is the latest state of each document that has changed since
 * the last look, in the order of the changes: a reader that is slow or was away misses none, only states that are over.
 */
export function createDocumentStream({ bus, openEventStream, onError, ...options }: Options) {
  const db = tablesOf<DocumentTables>(options.db)

  return async function stream(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { userId } = request.caller
    const lastId = await lastChangeOf(userId)
    const seenId = lastEventIdOf(request) ?? lastId
    // An id that was never given out comes from a history that we no longer have: all is told anew.
    const after = seenId > lastId ? 0 : seenId
    follow(openEventStream(request, reply, String(after)), userId, after)
  }

  function follow(stream: EventStream, ownerId: number, after: number): void {
    if (!stream.isOpen) return
    const tell = oneAtATime(tellChanges, (error) =>
      onError(error, 'Documents could not be read; tried again.'),
    )
    const unsubscribe = bus.subscribe(topicOf(ownerId), tell)
    const timer = setInterval(tell, LOOK_EVERY_MS)
    stream.onClosed(() => {
      unsubscribe()
      clearInterval(timer)
    })
    tell()

    async function tellChanges(): Promise<void> {
      let rows: DocumentRow[]
      do {
        rows = await changedAfter(ownerId, after)
        after = rows.at(-1)?.change_id ?? after
        if (rows.length > 0) stream.send(Buffer.concat(rows.map(toEvent)))
        // Who reads slowly waits here, not in memory.
        await stream.drained()
      } while (rows.length === PAGE_MAX && stream.isOpen)
    }
  }

  async function lastChangeOf(ownerId: number): Promise<number> {
    const own = db.read.selectFrom('document_changes').where('owner_id', '=', ownerId).select('last_id')
    return (await own.executeTakeFirst())?.last_id ?? 0
  }

  function changedAfter(ownerId: number, changeId: number): Promise<DocumentRow[]> {
    const own = db.read.selectFrom('documents').where('owner_id', '=', ownerId)
    const changed = own.where('change_id', '>', changeId).orderBy('change_id').limit(PAGE_MAX)
    return changed.selectAll().execute()
  }
}

function toEvent(row: DocumentRow): Buffer {
  return formatEvent({ id: `${row.change_id}`, event: 'document', data: JSON.stringify(present(row)) })
}
