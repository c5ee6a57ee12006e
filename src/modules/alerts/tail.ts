import { setImmediate as nextTurn } from 'node:timers/promises'
import type { EventStream } from '../../http/sse.ts'
import { oneAtATime } from '../../kit/one-at-a-time.ts'
import type { Bus } from '../../platform/bus/index.ts'
import { type Alerts, TOPIC } from './alerts.ts'
import { createAlertEvents, gapBetween, type Numbered, placeAt, type Selection, select } from './events.ts'
import { createRecentEvents } from './recent-events.ts'
import type { Alert, AlertFilter } from './schemas.ts'

interface Reader {
  stream: EventStream
  filter: AlertFilter
  /** The same for all readers of the same filter. */
  filterKey: string
  /** The id of the last alert that it was sent, or passed over, or that it said it had. */
  position: number
  /** The id that it knows of, and would resume from. */
  told: number
  /** Served by the tail. Until then it reads by itself. */
  live: boolean
}

export interface Place {
  /** Of the last alert that the reader knows of. */
  lastEventId: number
  /** Of the newest alert when it came. */
  newestId: number
  /** What it wants to be told of. */
  filter: AlertFilter
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
/** A reader that was not told of so many alerts, because it did not want to be, is told where it is. */
const PASSED_OVER_MAX = 500
/** Events kept for readers that come back. */
const RECENT_MAX = 500
/**
 * Readers told before others may have their turn: half a millisecond. Node accepts one connection a turn, so with long turns
 * thousands who come at once would wait for minutes.
 */
const AT_ONCE_MAX = 50
/** A poke may be lost. */
const LOOK_EVERY_MS = 3_000

/**
 * The live end of the alerts, one for all readers of this process: a poke makes one query, whatever the number of readers,
 * and each alert is formatted once, and chosen once for all readers of one filter. `lastId` is how far every live reader has
 * been sent.
 */
export function createTail({ alerts, present, bus, onError }: Options) {
  const eventsAfter = createAlertEvents({ alerts, present, pageMax: PAGE_MAX })
  const recent = createRecentEvents(RECENT_MAX)
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
      await distribute(events.filter(({ id }) => id > lastId))
      // Lets the page leave: readers who are quick enough must not seem slow.
      await nextTurn()
    } while (events.length >= PAGE_MAX && readers.size > 0)
  }

  /** Who comes while this goes on catches up to the new `lastId` by itself, and is passed over. */
  async function distribute(events: Numbered[]): Promise<void> {
    const last = events.at(-1)
    if (last === undefined) return
    lastId = last.id
    recent.add(events)
    const selectionFor = createChoice(events)
    let told = 0
    for (const reader of readers) {
      if (!reader.live || reader.position >= last.id) continue
      tell(reader, selectionFor(reader), last.id)
      told += 1
      if (told % AT_ONCE_MAX === 0) await nextTurn()
    }
  }

  /**
   * Reads on by itself until it has what the tail has, then lets the tail serve it. Between the last comparison and `live`
   * nothing else can run, so no alert is sent twice or to nobody. A reader that reads slowly waits here, not in memory.
   */
  async function catchUp(reader: Reader): Promise<void> {
    while (reader.position < lastId && reader.stream.isOpen) {
      const kept = recent.after(reader.position)
      const events = kept ?? (await eventsAfter(reader.position))
      const found = events.length > 0 ? events : [gapBetween(reader.position + 1, lastId)]
      tell(reader, select(found, reader.filter), found.at(-1)?.id ?? reader.position)
      if (kept === null) await reader.stream.drained()
    }
    reader.live = true
  }

  function enter(reader: Reader, newestId: number): void {
    if (readers.size === 0) {
      lastId = newestId
      recent.restart(newestId)
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
    /** Whether this process has sent that id, or a later one, so that it is surely one of ours. */
    hasPassed: (id: number): boolean => readers.size > 0 && id <= lastId,

    /**
     * Sends what came after `lastEventId`, then what comes. An id that was never given out comes from a history that we no
     * longer have, as after a restored backup: its reader is told so, and goes on with what comes, for to wait until ids
     * reach it again would lose all before in silence.
     */
    async follow(stream: EventStream, { lastEventId, newestId, filter }: Place): Promise<void> {
      if (!stream.isOpen) return
      const position = Math.min(lastEventId, newestId)
      const filterKey = `${filter.ruleId} ${filter.makeKey}`
      const reader = { stream, filter, filterKey, position, told: position, live: false }
      enter(reader, newestId)
      if (lastEventId > newestId) stream.send(gapBetween(newestId + 1, lastEventId, newestId).bytes())
      try {
        await catchUp(reader)
      } catch (error) {
        onError(error, 'A stream of alerts could not be caught up; its reader will come again.')
        stream.end()
      }
    },
  }
}

/** What each reader is sent of the same events, made once for all readers of one filter who have seen none of them. */
function createChoice(events: Numbered[]): (reader: Reader) => Selection | null {
  const chosen = new Map<string, Selection | null>()
  return ({ filter, filterKey, position }) => {
    if (position >= (events[0]?.id ?? 0)) return select(events, filter, position)
    let selection = chosen.get(filterKey)
    if (selection === undefined) {
      selection = select(events, filter)
      chosen.set(filterKey, selection)
    }
    return selection
  }
}

function tell(reader: Reader, selection: Selection | null, position: number): void {
  reader.position = position
  if (selection !== null) send(reader, selection)
  if (position - reader.told >= PASSED_OVER_MAX) send(reader, placeAt(position))
}

function send(reader: Reader, { bytes, lastId }: Selection): void {
  reader.stream.send(bytes)
  reader.told = lastId
}

export type Tail = ReturnType<typeof createTail>
