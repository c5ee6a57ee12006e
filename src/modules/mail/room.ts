import type { Clock } from '../../kit/clock.ts'
import type { Database } from '../../platform/database/index.ts'
import type { Jobs } from '../../platform/jobs/index.ts'
import type { Mailer } from '../../platform/mailer/index.ts'
import { createLetters } from './letters.ts'
import { createMails } from './mails.ts'
import { createMailRetention } from './retention.ts'
import { handleMailJobs } from './sending.ts'

interface Options {
  db: Database
  clock: Clock
  jobs: Jobs
  mailer: Mailer
  config: { mailFrom: string; mailRetentionSeconds: number }
  /** The address under which people reach a page of ours. */
  linkTo: (path: string) => string
}

export function openMail({ config, linkTo, ...seams }: Options) {
  const shared = { ...seams, from: config.mailFrom }
  const mails = createMails(shared)
  handleMailJobs(shared)
  return {
    mails,
    letters: createLetters({ mails, linkTo }),
    retention: createMailRetention({ ...seams, retentionSeconds: config.mailRetentionSeconds }),
  }
}
