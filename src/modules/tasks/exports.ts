import { Readable } from 'node:stream'
import type { Caller } from '../../http/access.ts'
import { toCalendar } from './icalendar.ts'
import type { Lists } from './lists.ts'
import type { Task, TaskFilters } from './schemas.ts'
import { toCsv } from './spreadsheet.ts'

const PAGE_ITEMS = 500

/**
 * All tasks of a person, oldest first, as they are read: never more of them in memory than a page. Between pages others may be
 * made or deleted; those that stay are told once.
 */
export function createExports({ lists, uidDomain }: { lists: Lists; uidDomain: string }) {
  async function* all(caller: Caller, filters: TaskFilters): AsyncGenerator<Task[]> {
    const list = { ...filters, sort: 'created_at', limit: PAGE_ITEMS } as const
    let page = await lists.page(caller, list)
    yield page.items
    while (page.next_cursor !== null) {
      page = await lists.page(caller, { ...list, cursor: page.next_cursor })
      yield page.items
    }
  }

  return {
    csv: (caller: Caller, filters: TaskFilters) => Readable.from(toCsv(all(caller, filters))),
    calendar: (caller: Caller, filters: TaskFilters) =>
      Readable.from(toCalendar(all(caller, filters), uidDomain)),
  }
}

export type Exports = ReturnType<typeof createExports>
