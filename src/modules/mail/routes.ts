import { IdParams, PageOf } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import type { Mails } from './mails.ts'
import { Mail, MailQuery, MailSummary } from './schemas.ts'

export function mailRoutes(app: App, mails: Mails): void {
  app.get(
    '/mails',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Mails, newest first',
        querystring: MailQuery,
        response: { 200: PageOf(MailSummary) },
      },
    },
    (request) => mails.list(request.query),
  )
  app.get(
    '/mails/:id',
    {
      config: { access: 'admin' },
      schema: { summary: 'One mail', params: IdParams, response: { 200: Mail } },
    },
    (request) => mails.get(request.params.id),
  )
  app.post(
    '/mails/:id/resend',
    {
      config: { access: 'admin', location: '/api/v1/mails' },
      schema: {
        summary: 'Send it once more, under the same Message-ID',
        params: IdParams,
        response: { 202: MailSummary },
      },
    },
    (request) => mails.resend(request.params.id),
  )
}
