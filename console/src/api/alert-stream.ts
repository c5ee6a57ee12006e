import type { Answer } from './request.ts'
import { ask } from './request.ts'
import { call } from './session.ts'

export type Alert = Answer<'GET /api/v1/alerts'>['items'][number]

/** Alerts that cannot be shown any more, both ends included. */
export interface Gap {
  from: number
  to: number
}

export interface Listener {
  onAlert: (alert: Alert) => void
  onGap: (gap: Gap) => void
  onState: (state: 'live' | 'reconnecting') => void
}

const WAIT_MS = [500, 1_000, 2_000, 5_000, 10_000]

/**
 * Alerts as they come, each once and in order, from after `lastId`. A ticket opens one stream only, so a lost one is opened
 * anew with another ticket, from where it broke off. The answer ends it.
 */
export function followAlerts(lastId: number, { onAlert, onGap, onState }: Listener): () => void {
  let place = lastId
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let tries = 0
  let isOver = false

  async function open(): Promise<void> {
    try {
      const { ticket } = await call(ask('POST /api/v1/alerts/tickets', {}))
      if (!isOver) listen(ticket)
    } catch {
      later()
    }
  }

  function listen(ticket: string): void {
    const query = new URLSearchParams({ ticket, last_event_id: String(place) })
    source = new EventSource(`/api/v1/alerts?${query}`)
    source.addEventListener('open', () => {
      tries = 0
      onState('live')
    })
    source.addEventListener('alert', (event) => {
      place = Number(event.lastEventId)
      onAlert(JSON.parse(event.data))
    })
    source.addEventListener('gap', (event) => {
      place = Number(event.lastEventId)
      onGap(JSON.parse(event.data))
    })
    source.addEventListener('error', later)
  }

  function later(): void {
    source?.close()
    if (isOver) return
    onState('reconnecting')
    clearTimeout(timer)
    timer = setTimeout(open, WAIT_MS[Math.min(tries, WAIT_MS.length - 1)])
    tries += 1
  }

  open()
  return () => {
    isOver = true
    clearTimeout(timer)
    source?.close()
  }
}
