import { formatEvent, formatPlace } from '../../http/sse.ts'
import type { Alerts, Found } from './alerts.ts'
import type { Alert, AlertFilter } from './schemas.ts'

/** One event with the id at which it leaves its reader. */
export interface Numbered {
  id: number
  /** Stands for alerts that cannot be shown. */
  isGap: boolean
  /** Whether a reader with this filter is told: of a gap, each one is, for nobody knows what was in it. */
  meets(filter: AlertFilter): boolean
  /** Formatted once, when a first reader is told. */
  bytes(): Buffer
}

/** What one reader is sent of some events, and the id that it then knows of; `null` when there is nothing to send. */
export interface Selection {
  bytes: Buffer
  lastId: number
}

/**
 * Reads alerts as events, at most `pageMax` at once and with every id, whatever their readers ask for: ids have no holes of
 * their own, so one that is missing was purged, and is told of as a gap.
 */
export function createAlertEvents({
  alerts,
  present,
  pageMax,
}: {
  alerts: Alerts
  present: (alert: Alert) => unknown
  pageMax: number
}) {
  return async function eventsAfter(position: number): Promise<Numbered[]> {
    let expected = position + 1
    return (await alerts.after(position, pageMax)).flatMap((found) => {
      const { id } = found.alert
      const gap = id > expected ? [gapBetween(expected, id - 1)] : []
      expected = id + 1
      return [...gap, eventOf(found, present)]
    })
  }
}

function eventOf({ alert, makeKey }: Found, present: (alert: Alert) => unknown): Numbered {
  const { id, rule_id } = alert
  let kept: Buffer | undefined
  return {
    id,
    isGap: false,
    meets: (filter) =>
      (filter.ruleId === undefined || filter.ruleId === rule_id) &&
      (filter.makeKey === undefined || filter.makeKey === makeKey),
    bytes() {
      kept ??= formatEvent({ id: `${id}`, event: 'alert', data: JSON.stringify(present(alert)) })
      return kept
    },
  }
}

/** Alerts `from` to `to` cannot be shown; the reader goes on after `next`. */
export function gapBetween(from: number, to: number, next = to): Numbered {
  const bytes = formatEvent({ id: `${next}`, event: 'gap', data: JSON.stringify({ from, to }) })
  return { id: next, isGap: true, meets: () => true, bytes: () => bytes }
}

export function select(events: Numbered[], filter: AlertFilter, position = 0): Selection | null {
  const wanted = events.filter((event) => event.id > position && event.meets(filter))
  const last = wanted.at(-1)
  if (last === undefined) return null
  const bytes = wanted.length === 1 ? last.bytes() : Buffer.concat(wanted.map((event) => event.bytes()))
  return { bytes, lastId: last.id }
}

/** No event, but where its reader is: it need not be told again what it did not want to know. */
export function placeAt(id: number): Selection {
  return { bytes: formatPlace(`${id}`), lastId: id }
}
