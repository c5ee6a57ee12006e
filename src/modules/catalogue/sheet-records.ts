import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import { LoggiaError } from '../../kit/errors.ts'
import type { Faults } from './sheet-faults.ts'

export const ROWS_MAX = 10_000
const ROW_BYTES_MAX = 100_000
const CHUNK_BYTES = 64 * 1024

export interface SheetRecord {
  /** Where it begins, from 1. */
  line: number
  cells: string[]
}

/**
 * The rows of RFC 4180 text, its header first: with or without a byte order mark, any line ends, `,` or `;` as the header
 * has it. They end at the first place that cannot be read, which is a fault. Throws `import_too_long`.
 */
export async function readRecords(csv: string, delimiter: string, faults: Faults): Promise<SheetRecord[]> {
  const bytes = Buffer.from(csv)
  const lines = createLineCount(bytes)
  const records: SheetRecord[] = []
  // Gathered here, for a stream that fails forgets what nobody has read yet.
  const on_record = (cells: string[], { bytes: end }: { bytes: number }) => {
    records.push({ line: lines.startOf(end), cells })
    return null
  }
  try {
    await finished(
      Readable.from(chunksOf(bytes))
        .pipe(parse({ ...OPTIONS, delimiter, on_record }))
        .resume(),
    )
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    faults.add(lines.next(), null, SENTENCES[error.code] ?? 'cannot be read.')
  }
  if (records.length > ROWS_MAX + 1) throw tooLong()
  return records
}

/** As it stands in the header; a sheet with semicolons writes its prices with a comma. */
export function delimiterOf(csv: string): ',' | ';' {
  const [header = ''] = csv.trimStart().split(/[\r\n]/, 1)
  return header.includes(';') && !header.includes(',') ? ';' : ','
}

const OPTIONS = {
  bom: true,
  // The header, and one too many.
  to: ROWS_MAX + 2,
  relax_column_count: true,
  skip_empty_lines: true,
  max_record_size: ROW_BYTES_MAX,
  record_delimiter: ['\r\n', '\n', '\r'],
}

const SENTENCES: Record<string, string> = {
  CSV_INVALID_CLOSING_QUOTE: 'something stands between a closing quote and the end of its cell.',
  INVALID_OPENING_QUOTE: 'a cell with a quote in it must be quoted itself, and the quote doubled.',
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened here or later and never closed.',
  CSV_MAX_RECORD_SIZE: `is longer than ${ROW_BYTES_MAX} bytes.`,
}

function tooLong(): LoggiaError {
  const sentence = `A sheet has at most ${ROWS_MAX} rows below its header. Nothing was imported.`
  return new LoggiaError('invalid', 'import_too_long', sentence)
}

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) yield bytes.subarray(from, from + CHUNK_BYTES)
}

/** The parser counts a CRLF inside quotes twice, but its bytes are right. */
function createLineCount(bytes: Buffer) {
  let read = 0
  let line = 1

  /** Goes on to `end`; tells how many line ends stand there, at the front and in all. */
  function pass(end: number) {
    const text = bytes.toString('latin1', read, end)
    const ends = (of: string) => of.match(/\r\n|\r|\n/g)?.length ?? 0
    return { empty: ends(/^[\r\n]*/.exec(text)?.[0] ?? ''), all: ends(text) }
  }

  return {
    /** The line on which the record begins that ends at this byte. */
    startOf(end: number): number {
      const { empty, all } = pass(end)
      const start = line + empty
      read = end
      line += all
      return start
    },
    /** The line on which the next record begins. */
    next: () => line + pass(bytes.length).empty,
  }
}
