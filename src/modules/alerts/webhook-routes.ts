import { IdParams, NoContent, PageOf, PageQuery } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import { MadeWebhook, NewWebhook, Webhook } from './webhook-schemas.ts'
import type { Webhooks } from './webhooks.ts'

const POSTED_DESCRIPTION = [
  'Each alert from now on is posted there as JSON, as the list shows it, and signed as https://www.standardwebhooks.com says:',
  '`webhook-id`, `webhook-timestamp`, `webhook-signature`. What is not answered with a 2xx within ten seconds is tried again for',
  'some hours, so an alert may come twice, under the same `webhook-id`, and not in order. No redirect is followed.',
].join(' ')

export function webhookRoutes(app: App, webhooks: Webhooks): void {
  app.get(
    '/webhooks',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Webhooks, newest first',
        querystring: PageQuery,
        response: { 200: PageOf(Webhook) },
      },
    },
    (request) => webhooks.list(request.query),
  )
  app.post(
    '/webhooks',
    {
      config: { access: 'admin', location: '/api/v1/webhooks' },
      schema: {
        summary: 'Have alerts posted to an address',
        description: POSTED_DESCRIPTION,
        body: NewWebhook,
        response: { 201: MadeWebhook },
      },
    },
    (request) => webhooks.create(request.body),
  )
  app.get(
    '/webhooks/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'One webhook, and how its last delivery went',
        params: IdParams,
        response: { 200: Webhook },
      },
    },
    (request) => webhooks.get(request.params.id),
  )
  app.delete(
    '/webhooks/:id',
    {
      config: { access: 'admin' },
      schema: { summary: 'Delete a webhook', params: IdParams, response: { 204: NoContent } },
    },
    (request) => webhooks.remove(request.params.id),
  )
}
