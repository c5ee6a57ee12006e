import type { Task } from './schemas.ts'

/** RFC 5545: each task a VTODO whose UID is the same in every export. */
export async function* toCalendar(pages: AsyncIterable<Task[]>, uidDomain: string): AsyncGenerator<string> {
  yield toLines(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Loggia//Tasks//EN', 'CALSCALE:GREGORIAN'])
  for await (const tasks of pages) {
    if (tasks.length > 0) yield toLines(tasks.flatMap((task) => toTodo(task, uidDomain)))
  }
  yield toLines(['END:VCALENDAR'])
}

function toTodo({ id, text, done, due_at, created_at, updated_at }: Task, uidDomain: string): string[] {
  return [
    'BEGIN:VTODO',
    `UID:task-${id}@${uidDomain}`,
    `DTSTAMP:${toUtc(updated_at)}`,
    `CREATED:${toUtc(created_at)}`,
    `LAST-MODIFIED:${toUtc(updated_at)}`,
    `SUMMARY:${escaped(text)}`,
    ...(due_at === null ? [] : [`DUE:${toUtc(due_at)}`]),
    `STATUS:${done ? 'COMPLETED' : 'NEEDS-ACTION'}`,
    `PERCENT-COMPLETE:${done ? 100 : 0}`,
    'END:VTODO',
  ]
}

/** `2026-11-20T09:33:23.765Z` -> `20261120T093323Z`: calendars know no parts of seconds. */
function toUtc(timestamp: string): string {
  return `${timestamp.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length).replace(/[-:]/g, '')}Z`
}

/** RFC 5545, 3.3.11. */
function escaped(text: string): string {
  return text.replace(/[\\;,]/g, '\\$&').replaceAll('\n', '\\n')
}

function toLines(lines: string[]): string {
  return lines.map((line) => `${folded(line)}\r\n`).join('')
}

const LINE_BYTES_MAX = 75

/** RFC 5545, 3.1: no line has more than 75 bytes; a longer one goes on behind a space. No character is torn. */
function folded(line: string): string {
  const lines = ['']
  let bytes = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (bytes + size > LINE_BYTES_MAX) {
      lines.push(' ')
      bytes = 1
    }
    lines[lines.length - 1] += character
    bytes += size
  }
  return lines.join('\r\n')
}
