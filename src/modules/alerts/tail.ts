import { setImmediate as nextTurn } from 'node:timers/promises'
import { type EventStream, formatEvent } from '../../http/sse.ts'
import { oneAtATime } from '../../kit/one-at-a-time.ts'
import type { Bus } from '../../platform/bus/index.ts'
import { type Alerts, TOPIC } from './alerts.ts'
import type { Alert } from './schemas.ts'

interface Reader {
  stream: EventStream
  /** The id of the last alert that it was sent, or that it said it had. */
  position: number
  /** Served by the tail. Until then it reads by itself. */
  live: boolean
}

/** One event, formatted, with the id at which it leaves its reader. */
interface Numbered {
  id: number
  bytes: Buffer
}

export interface Place {
  /** Of the last alert that the reader knows of. */
  lastEventId: number
  /** Of the newest alert when it came. */
  newestId: number
}

interface Options {
  alerts: Alerts
  /** What a reader is shown of an alert. */
  present: (alert: Alert) => unknown
  bus: Bus
  onError: (error: unknown, what: string) => void
}

/** Alerts read, formatted and sent at once. */
const PAGE_MAX = 500
/** A poke may be lost. */
const LOOK_EVERY_MS = 3_000

/**
 * The live end of the alerts, one for all readers of this process: a poke makes one query, whatever the number of readers,
 * and each alert is formatted once. `lastId` is how far every live reader has been sent.
 */
export function createTail({ alerts, present, bus, onError }: Options) {
  const readers = new Set<Reader>()
  const look = oneAtATime(readOn, (error) => onError(error, 'Alerts could not be read; it is tried again.'))
  let lastId = 0
  let timer: NodeJS.Timeout | undefined
  bus.subscribe(TOPIC, () => {
    if (readers.size > 0) look()
  })

  async function readOn(): Promise<void> {
    let events: Numbered[]
    do {
      events = await eventsAfter(lastId)
      distribute(events.filter(({ id }) => id > lastId))
      // Lets the page leave: readers who are quick enough must not seem slow.
      await nextTurn()
    } while (events.length >= PAGE_MAX && readers.size > 0)
  }

  function distribute(events: Numbered[]): void {
    const [first, last] = [events.at(0), events.at(-1)]
    if (first === undefined || last === undefined) return
    const all = joined(events)
    for (const reader of readers) {
      if (!reader.live) continue
      const isBefore = reader.position < first.id
      reader.stream.send(isBefore ? all : joined(events.filter(({ id }) => id > reader.position)))
      reader.position = Math.max(reader.position, last.id)
    }
    lastId = last.id
  }

  /** At most a page. Ids have no holes of their own, so one that is missing was purged, and its reader is told. */
  async function eventsAfter(position: number): Promise<Numbered[]> {
    let expected = position + 1
    return (await alerts.after(position, PAGE_MAX)).flatMap((alert) => {
      const { id } = alert
      const gap = id > expected ? [gapBetween(expected, id - 1)] : []
      expected = id + 1
      return [
        ...gap,
        { id, bytes: formatEvent({ id: `${id}`, event: 'alert', data: JSON.stringify(present(alert)) }) },
      ]
    })
  }

  /**
   * Reads on by itself until it has what the tail has, then lets the tail serve it. Between the last comparison and `live`
   * nothing else can run, so no alert is sent twice or to nobody. A reader that reads slowly waits here, not in memory.
   */
  async function catchUp(reader: Reader): Promise<void> {
    while (reader.position < lastId && reader.stream.isOpen) {
      const events = await eventsAfter(reader.position)
      const sent = events.length > 0 ? events : [gapBetween(reader.position + 1, lastId)]
      reader.stream.send(joined(sent))
      reader.position = sent.at(-1)?.id ?? reader.position
      await reader.stream.drained()
    }
    reader.live = true
  }

  function enter(reader: Reader, newestId: number): void {
    if (readers.size === 0) {
      lastId = newestId
      timer = setInterval(look, LOOK_EVERY_MS)
    }
    readers.add(reader)
    // Nobody listened to pokes while the newest id was being read.
    if (readers.size === 1) look()
    reader.stream.onClosed(() => leave(reader))
  }

  function leave(reader: Reader): void {
    readers.delete(reader)
    if (readers.size === 0) clearInterval(timer)
  }

  return {
    /**
     * Sends what came after `lastEventId`, then what comes. An id that was never given out comes from a history that we no
     * longer have, as after a restored backup: its reader is told so, and goes on with what comes, for to wait until ids
     * reach it again would lose all before in silence.
     */
    async follow(stream: EventStream, { lastEventId, newestId }: Place): Promise<void> {
      if (!stream.isOpen) return
      const reader = { stream, position: Math.min(lastEventId, newestId), live: false }
      enter(reader, newestId)
      if (lastEventId > newestId) stream.send(gapBetween(newestId + 1, lastEventId, newestId).bytes)
      try {
        await catchUp(reader)
      } catch (error) {
        onError(error, 'A stream of alerts could not be caught up; its reader will come again.')
        stream.end()
      }
    },
  }
}

export type Tail = ReturnType<typeof createTail>

/** Alerts `from` to `to` cannot be shown; the reader goes on after `next`. */
function gapBetween(from: number, to: number, next = to): Numbered {
  return { id: next, bytes: formatEvent({ id: `${next}`, event: 'gap', data: JSON.stringify({ from, to }) }) }
}

function joined(events: Numbered[]): Buffer {
  return Buffer.concat(events.map(({ bytes }) => bytes))
}
