import { AsyncLocalStorage } from 'node:async_hooks'
import type { Change, Isolation, NoTables, OpenDatabase } from '../database/index.ts'
import { inSpan } from './in-span.ts'
import type { Tracing } from './index.ts'

/** The same database, each change of something that is traced a span. */
export function traceChanges(db: OpenDatabase, tracing: Tracing, system: string): OpenDatabase {
  const attributes = { 'db.system.name': system, 'db.operation.name': 'change' }

  function write<Result>(change: Change<NoTables, Result>, isolation?: Isolation): Promise<Result> {
    if (!tracing.isActive()) return db.write(atHome(change), isolation)
    const span = tracing.begin('change', { kind: 'internal', attributes })
    return inSpan(span, () => db.write(atHome(change), isolation))
  }

  return { ...db, write }
}

/** A shared commit runs all its changes from wherever the first of them came. */
function atHome<Result>(change: Change<NoTables, Result>): Change<NoTables, Result> {
  return AsyncLocalStorage.bind(change) as Change<NoTables, Result>
}
