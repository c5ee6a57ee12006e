import type { Selectable } from 'kysely'
import type { Clock } from '../../kit/clock.ts'
import { type Database, tablesOf } from '../../platform/database/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import type { Mailer, MailOutcome } from '../../platform/mailer/index.ts'
import { isOutdated } from './retention.ts'
import type { MailTables } from './tables.ts'

type Row = Selectable<MailTables['mails']>
type State = Row['state']
type Fate = Pick<Row, 'state' | 'error'> & Partial<Pick<Row, 'finished_at'>>

interface Options {
  db: Database
  clock: Clock
  jobs: Jobs
  mailer: Mailer
  from: string
}

export const MAIL_JOB = 'mail'

const CUT_OFF = 'It was being sent when the process stopped, and no answer was noted.'
const OUTDATED = 'The link in it ran out before it could be sent.'
/** With pauses that grow to an hour: a mail server may be away for half a day. */
const TRIES = 24

/**
 * The job behind a mail, run at least once and sending at most once. A mail is `sending` from before the first byte that could
 * make the server take it until its answer is noted. Found `sending` by a later run, it may have gone out: it becomes
 * `unknown`, and is sent again only when a person says so.
 */
export function handleMailJobs(options: Options): void {
  const { clock, jobs, mailer, from } = options
  const db = tablesOf<MailTables>(options.db)

  jobs.handle(MAIL_JOB, {
    needs: { id: 'number' },
    run: ({ id }) => send(id),
    giveUp: ({ id }, reason) => giveUp(id, reason),
    tries: TRIES,
    backoff: { baseSeconds: 5, maxSeconds: 3600 },
    leaseSeconds: 60,
    concurrency: 5,
  })

  /** Throws when it is to be tried again. A mail that went with its user is left alone, as is one that is done. */
  async function send(id: number): Promise<void> {
    const mail = await db.read.selectFrom('mails').where('id', '=', id).selectAll().executeTakeFirst()
    if (mail?.state === 'sending') return leaveInDoubt(id)
    if (mail?.state !== 'queued') return
    if (isOutdated(mail, clock())) {
      await finish(id, ['queued'], { state: 'failed', error: OUTDATED })
      return
    }
    const { message_id: messageId, recipient: to, subject, html, text } = mail
    let isClaimed = false
    const outcome = await mailer.send({ messageId, from, to, subject, html, text }, async () => {
      await claim(id)
      isClaimed = true
    })
    await settle(id, outcome, isClaimed)
    if (outcome.state === 'delayed') throw new Error(outcome.reason)
  }

  /** Unless the one that sends it, slow and not gone, has noted its answer just now: then the next run sees that. */
  async function leaveInDoubt(id: number): Promise<void> {
    const left = await finish(id, ['sending'], { state: 'unknown', error: CUT_OFF })
    if (!left) throw new Error('This mail changed while it was looked at.')
  }

  /** Two runs of one job may overlap when a lease was lost: one of them hands over. */
  async function claim(id: number): Promise<void> {
    const claimed = await change(id, ['queued'], { state: 'sending' })
    if (!claimed) throw new Error('Somebody else is sending this mail.')
  }

  /**
   * An answer holds whatever another run has noted meanwhile: one that found this mail `sending` knew less. A mail that is
   * queued again by a person since then stays so, unless it turns out to be there already.
   */
  async function settle(id: number, outcome: MailOutcome, isClaimed: boolean): Promise<boolean> {
    const own: State[] = isClaimed ? ['sending', 'unknown'] : ['queued']
    switch (outcome.state) {
      case 'sent':
        return finish(id, [...own, 'queued'], { state: 'sent', error: null })
      case 'kept':
        return finish(id, own, { state: 'kept', error: null })
      case 'refused':
        return finish(id, own, { state: 'failed', error: outcome.reason })
      case 'unknown':
        return finish(id, own, { state: 'unknown', error: outcome.reason })
      case 'delayed':
        return change(id, isClaimed ? ['sending'] : ['queued'], { state: 'queued', error: outcome.reason })
    }
  }

  async function giveUp(id: number, reason: string): Promise<void> {
    await finish(id, ['queued'], { state: 'failed', error: reason })
    await finish(id, ['sending'], { state: 'unknown', error: CUT_OFF })
  }

  function finish(id: number, from: State[], fate: Fate): Promise<boolean> {
    return change(id, from, { ...fate, finished_at: clock() })
  }

  async function change(id: number, from: State[], fate: Partial<Fate>): Promise<boolean> {
    const changed = await db.write((tx) =>
      tx.updateTable('mails').where('id', '=', id).where('state', 'in', from).set(fate).executeTakeFirst(),
    )
    return changed.numUpdatedRows > 0n
  }
}
