import { IdParams, NoContent, PageOf, PageQuery } from '../../http/schemas.ts'
import type { App } from '../../http/server.ts'
import type { AlertRules } from './rules.ts'
import { AlertRule, AlertRulePatch, NewAlertRule } from './schemas.ts'

export function ruleRoutes(app: App, rules: AlertRules): void {
  app.get(
    '/alert-rules',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Alert rules, newest first',
        querystring: PageQuery,
        response: { 200: PageOf(AlertRule) },
      },
    },
    (request) => rules.list(request.query),
  )
  app.post(
    '/alert-rules',
    {
      config: { access: 'admin', location: '/api/v1/alert-rules' },
      schema: { summary: 'Make an alert rule', body: NewAlertRule, response: { 201: AlertRule } },
    },
    (request) => rules.create(request.body),
  )
  app.get(
    '/alert-rules/:id',
    {
      config: { access: 'admin' },
      schema: { summary: 'One alert rule', params: IdParams, response: { 200: AlertRule } },
    },
    (request) => rules.get(request.params.id),
  )
  app.patch(
    '/alert-rules/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Change, pause or resume an alert rule',
        params: IdParams,
        body: AlertRulePatch,
        response: { 200: AlertRule },
      },
    },
    ({ params, body, headers }) => rules.update(params.id, body, headers['if-match']),
  )
  app.delete(
    '/alert-rules/:id',
    {
      config: { access: 'admin' },
      schema: {
        summary: 'Delete an alert rule; its alerts stay, its webhooks go',
        params: IdParams,
        response: { 204: NoContent },
      },
    },
    ({ params, headers }) => rules.remove(params.id, headers['if-match']),
  )
}
