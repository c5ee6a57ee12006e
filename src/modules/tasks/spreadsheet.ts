import { stringify } from 'csv-stringify/sync'
import type { Task } from './schemas.ts'

const COLUMNS = ['id', 'text', 'done', 'due_at', 'author', 'created_at', 'updated_at'] as const

/**
 * RFC 4180. What a spreadsheet would take for a formula stands behind an apostrophe
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export async function* toCsv(pages: AsyncIterable<Task[]>): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\r\n`
  for await (const tasks of pages) {
    if (tasks.length > 0) yield stringify(tasks, OPTIONS)
  }
}

const OPTIONS = {
  columns: [...COLUMNS],
  record_delimiter: 'windows',
  // Any of them ends a line for most readers, not only both together.
  quoted_match: /[\r\n]/,
  escape_formulas: true,
  cast: { boolean: String },
} as const
