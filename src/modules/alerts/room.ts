import type { OpenEventStream } from '../../http/sse.ts'
import type { Clock } from '../../kit/clock.ts'
import type { Bus } from '../../platform/bus/index.ts'
import type { Database } from '../../platform/database/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import type { Publish } from '../../platform/rabbitmq/index.ts'
import { createAlerts } from './alerts.ts'
import { createConditions } from './conditions.ts'
import { createCooldowns } from './cooldowns.ts'
import { createLeaving, handleLeaving } from './leaving.ts'
import { createAlertRetention } from './retention.ts'
import { createAlertRules } from './rules.ts'
import type { Alert } from './schemas.ts'
import { createAlertStream } from './stream.ts'
import { createTail } from './tail.ts'
import { createTickets } from './tickets.ts'
import { createWebhooks } from './webhooks.ts'

export interface AlertsOptions {
  config: { alertRetentionSeconds: number; webhookAllowPrivate: boolean }
  db: Database
  bus: Bus
  clock: Clock
  jobs: Jobs
  /** Where alerts are published besides; `null`: nowhere. */
  publish: Publish | null
  openEventStream: OpenEventStream
  onError: (error: unknown, what: string) => void
}

export function openAlerts({ config, ...seams }: AlertsOptions) {
  const allowPrivate = config.webhookAllowPrivate
  const conditions = createConditions(seams)
  const cooldowns = createCooldowns(seams)
  const webhooks = createWebhooks({ ...seams, allowPrivate })
  const onRaised = createLeaving({ ...seams, webhooks })
  const alerts = createAlerts({ ...seams, conditions, cooldowns, onRaised })
  handleLeaving({ ...seams, alerts, webhooks, allowPrivate })
  /** A stream of alerts in other words than ours; its readers share one tail. */
  const streamAs = (present: (alert: Alert) => unknown) =>
    createAlertStream({ ...seams, alerts, tail: createTail({ ...seams, alerts, present }) })
  return {
    alerts,
    cooldowns,
    rules: createAlertRules({ ...seams, conditions }),
    webhooks,
    tickets: createTickets(seams),
    retention: createAlertRetention({ ...seams, retentionSeconds: config.alertRetentionSeconds }),
    streamAlerts: streamAs((alert) => alert),
    streamAs,
  }
}

export type AlertsRoom = ReturnType<typeof openAlerts>
