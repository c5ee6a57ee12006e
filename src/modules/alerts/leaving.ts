import type { Clock } from '../../kit/clock.ts'
import type { Database, Transaction } from '../../platform/database/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import type { Publish } from '../../platform/rabbitmq/index.ts'
import type { Alerts, Found, IdRange } from './alerts.ts'
import { createPosting } from './posting.ts'
import { signedHeaders } from './signing.ts'
import type { Webhooks } from './webhooks.ts'

interface Options {
  db: Database
  clock: Clock
  jobs: Jobs
  alerts: Alerts
  webhooks: Webhooks
  allowPrivate: boolean
  /** `null`: there is no broker. */
  publish: Publish | null
}

const SPREAD_JOB = 'alerts-to-webhooks'
const POST_JOB = 'webhook'
const PUBLISH_JOB = 'alerts-to-broker'
/** Behind the namespace: `loggia.alerts`. */
const EXCHANGE = 'alerts'
const IDS = { from: 'number', to: 'number' } as const
/** Read, and handed on in one transaction. */
const PAGE_MAX = 200

/** What runs only when the database and the queue of jobs can be had; with pauses that grow, an outage of half a day is outlasted. */
const INNER = { tries: 24, backoff: { baseSeconds: 5, maxSeconds: 3600 }, leaseSeconds: 60, concurrency: 1 }
/** With pauses that grow to an hour, some hours in all: a receiver may be away for an evening. */
const OUTER = { tries: 12, backoff: { baseSeconds: 5, maxSeconds: 3600 }, leaseSeconds: 60, concurrency: 10 }

/** The one row by which alerts leave the transaction that raises them, however many there are and wherever they go. */
export function createLeaving({ jobs, webhooks, publish }: Pick<Options, 'jobs' | 'webhooks' | 'publish'>) {
  return async function leave(tx: Transaction, { from, to }: IdRange): Promise<void> {
    if (await webhooks.isAny(tx)) await jobs.enqueue(tx, SPREAD_JOB, { from, to })
    if (publish !== null) await jobs.enqueue(tx, PUBLISH_JOB, { from, to })
  }
}

/** Alerts on their way out. Each leaves at least once; a repeat bears the same id. One that was purged meanwhile is history. */
export function handleLeaving({ db, clock, jobs, alerts, webhooks, allowPrivate, publish }: Options): void {
  const post = createPosting({ allowPrivate })
  // The dead letter keeps what was given up, with the reason.
  const giveUp = async () => {}
  jobs.handle(SPREAD_JOB, { ...INNER, needs: IDS, run: spread, giveUp })
  if (publish !== null)
    jobs.handle(PUBLISH_JOB, { ...INNER, needs: IDS, run: (ids) => publishAll(ids, publish), giveUp })
  jobs.handle(POST_JOB, {
    ...OUTER,
    needs: { webhook: 'number', alert: 'number' },
    run: ({ webhook, alert }) => postOne(webhook, alert),
    giveUp: ({ webhook, alert }, reason) =>
      webhooks.note(webhook, alert, { status: null, error: `Given up: ${reason}` }),
  })

  /** One job for each webhook and alert, so that a receiver that is away holds up nobody else. */
  async function spread(ids: IdRange): Promise<void> {
    for await (const page of pagesOf(ids)) {
      const all = await webhooks.all()
      const due = page.flatMap(({ alert }) =>
        all
          .filter(({ rule_id, after_alert_id }) => after_alert_id < alert.id && isFor(rule_id, alert.rule_id))
          .map(({ id }) => ({ webhook: id, alert: alert.id })),
      )
      await db.write(async (tx) => {
        for (const payload of due) await jobs.enqueue(tx, POST_JOB, payload)
      })
    }
  }

  async function publishAll(ids: IdRange, hand: Publish): Promise<void> {
    for await (const page of pagesOf(ids))
      for (const { alert } of page) await hand(EXCHANGE, { id: `${alert.id}`, body: JSON.stringify(alert) })
  }

  async function postOne(webhookId: number, alertId: number): Promise<void> {
    const webhook = await webhooks.find(webhookId)
    const [found] = await alerts.after(alertId - 1, 1)
    if (webhook === undefined || found?.alert.id !== alertId) return
    const body = JSON.stringify(found.alert)
    const message = { id: `alert_${webhookId}_${alertId}`, time: clock(), body, secret: webhook.secret }
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'Loggia',
      ...signedHeaders(message),
    }
    const outcome = await post({ url: webhook.url, headers, body })
    await webhooks.note(webhookId, alertId, outcome)
    if (outcome.error !== null) throw new Error(outcome.error)
  }

  async function* pagesOf({ from, to }: IdRange): AsyncGenerator<Found[]> {
    for (let position = from - 1; position < to; ) {
      const page = (await alerts.after(position, PAGE_MAX)).filter(({ alert }) => alert.id <= to)
      if (page.length === 0) return
      yield page
      position = page.at(-1)?.alert.id ?? position
    }
  }
}

function isFor(ruleId: number | null, raisedBy: number | null): boolean {
  return ruleId === null || ruleId === raisedBy
}
