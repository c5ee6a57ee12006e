import type { Config } from '../../config.ts'
import { reasonOf } from '../../kit/reason.ts'
import { examineMailRoute } from '../../platform/mailer/index.ts'
import { type Finding, good, wrong } from './finding.ts'

/** Signs in there, and sends nothing. */
export async function mail({ mailUrl: route }: Config): Promise<Finding[]> {
  if (route.kind === 'outbox')
    return [good('mail', 'it is kept to be read here, and none leaves (MAIL_URL is outbox:)')]
  const where = route.kind === 'smtp' ? `${route.host}:${route.port}` : `Mailgun (${route.domain})`
  try {
    await examineMailRoute(route)
    return [good('mail', `${where} takes mail from us`)]
  } catch (error) {
    return [
      wrong(
        'mail',
        `${where} does not: ${reasonOf(error)}`,
        'Correct MAIL_URL, or see that this machine may reach that host.',
      ),
    ]
  }
}
