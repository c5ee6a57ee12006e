import type { OpenEventStream } from '../../http/sse.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Database } from '../../platform/database/index.ts'
import { createAlerts } from './alerts.ts'
import { createConditions } from './conditions.ts'
import { createAlertRules } from './rules.ts'
import type { Alert } from './schemas.ts'
import { createAlertStream } from './stream.ts'
import { createTail } from './tail.ts'
import { createTickets } from './tickets.ts'

export interface AlertsOptions {
  db: Database
  bus: Bus
  clock: Clock
  openEventStream: OpenEventStream
  onError: (error: unknown, what: string) => void
}

export function openAlerts(options: AlertsOptions) {
  const conditions = createConditions(options)
  const alerts = createAlerts({ ...options, conditions })
  /** A stream of alerts in other words than ours; its readers share one tail. */
  const streamAs = (present: (alert: Alert) => unknown) =>
    createAlertStream({ ...options, alerts, tail: createTail({ ...options, alerts, present }) })
  return {
    alerts,
    rules: createAlertRules({ ...options, conditions }),
    tickets: createTickets(options),
    streamAlerts: streamAs((alert) => alert),
    streamAs,
  }
}

export type AlertsRoom = ReturnType<typeof openAlerts>
