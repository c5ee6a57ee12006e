import type { TestLoggia } from './loggia.ts'

export interface ReadMail {
  id: number
  template: string
  to: string
  subject: string
  state: string
  error: string | null
  message_id: string
  text: string
  html: string
}

/** The mails to one address as an administrator reads them, newest first, after all jobs ran. */
export async function mailsTo(loggia: TestLoggia, adminToken: string, address: string): Promise<ReadMail[]> {
  await loggia.drain()
  const { body } = await loggia.call('GET', '/api/v1/mails?limit=100', { token: adminToken })
  const own = (body.items as ReadMail[]).filter(({ to }) => to === address)
  return Promise.all(
    own.map(async ({ id }) => (await loggia.call('GET', `/api/v1/mails/${id}`, { token: adminToken })).body),
  )
}

/** The secret in the mail's link to one of our pages. */
export function linkToken(mail: ReadMail | undefined, page: 'verify' | 'reset'): string {
  const [, token] = new RegExp(`/${page}\\?token=([\\w-]+)`).exec(mail?.text ?? '') ?? []
  if (token === undefined) throw new Error(`No link to /${page} in ${JSON.stringify(mail)}`)
  return token
}
