import type { Readable } from 'node:stream'
import { type BodyLine, linesOf } from '../../http/line-body.ts'
import { LoggiaError } from '../../kit/errors.ts'
import { readDetectionBytes } from './reading.ts'
import type { NewDetection, Recorded, Refused, Uploaded } from './schemas.ts'

interface Options {
  recordAll: (inputs: NewDetection[]) => Promise<Recorded>
}

/** Stored in one transaction at most. More cost nobody less, and hold up others for longer. */
const LINES_AT_ONCE = 500
/** A detection whose every member is as long as it may be, each character escaped, has less. */
const LINE_BYTES_MAX = 16 * 1024
/** Told of; more of them are only counted. */
const REFUSALS_MAX = 100

/**
 * Detections from a body of lines, one JSON object a line, stored as they come, at most some hundred at a time; nothing more is
 * read while they are being stored. A line that is none is refused by its number, and the others count. What is stored stays, also when
 * the body breaks off or something fails: sent again, lines with a `source_id` are counted as duplicates.
 */
export function createUpload({ recordAll }: Options) {
  /** `stillAllowed` throws when the caller may no longer go on. Whatever is thrown says how many lines are done. */
  return async function upload(body: Readable, stillAllowed: () => Promise<void>): Promise<Uploaded> {
    const told: Uploaded = { accepted: 0, duplicate: 0, refused: 0, refusals: [] }
    let linesDone = 0
    try {
      for await (const lines of inBatches(linesOf(body, LINE_BYTES_MAX))) {
        await stillAllowed()
        await take(told, lines)
        linesDone = lines.at(-1)?.number ?? linesDone
      }
    } catch (error) {
      throw error instanceof LoggiaError ? afterLines(error, linesDone) : error
    }
    return told
  }

  async function take(told: Uploaded, lines: BodyLine[]): Promise<void> {
    const detections: NewDetection[] = []
    const refusals: Refused[] = []
    for (const { number, bytes } of lines) {
      const reading = readDetectionBytes(bytes)
      if ('detection' in reading) detections.push(reading.detection)
      else refusals.push({ line: number, errors: reading.errors })
    }
    if (detections.length > 0) {
      const { accepted, duplicate } = await recordAll(detections)
      told.accepted += accepted
      told.duplicate += duplicate
    }
    told.refused += refusals.length
    told.refusals.push(...refusals.slice(0, REFUSALS_MAX - told.refusals.length))
  }
}

/** What came together is stored together, at once: a producer may write a line a minute. While it is stored, more comes. */
async function* inBatches(lines: AsyncIterable<BodyLine[]>): AsyncGenerator<BodyLine[]> {
  for await (const some of lines) {
    const filled = some.filter((line) => !isEmpty(line))
    for (let from = 0; from < filled.length; from += LINES_AT_ONCE)
      yield filled.slice(from, from + LINES_AT_ONCE)
  }
}

function isEmpty({ bytes }: BodyLine): boolean {
  return bytes?.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d) ?? false
}

function afterLines({ kind, code, message, retryAfterSeconds, ...rest }: LoggiaError, lines: number) {
  const { errors, cause } = rest
  const told = `${message} Lines up to ${lines} are done.`
  return new LoggiaError(kind, code, told, {
    errors,
    cause,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}
