import type { Static } from 'typebox'
import { Body, Id, Line, Nullable, Timestamp } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'

const Delivery = Type.Object({
  alert_id: Id,
  at: Timestamp,
  status: Nullable(Type.Integer({ description: 'What was answered; null: nothing was.' })),
  error: Nullable(Type.String({ description: 'Why it was not delivered; null: it was.' })),
})

const webhook = {
  id: Id,
  url: Type.String(),
  rule_id: Nullable(Type.Integer()),
  created_at: Timestamp,
  last_delivery: Nullable(Delivery),
}
export const Webhook = Type.Object(webhook)
export type Webhook = Static<typeof Webhook>

export const MadeWebhook = Type.Object({
  ...webhook,
  secret: Type.String({ description: 'What alerts are signed with. Shown this once.' }),
})
export type MadeWebhook = Static<typeof MadeWebhook>

export const NewWebhook = Body({
  url: Line(1, 2000, 'http:// or https://, at a public address unless WEBHOOK_ALLOW_PRIVATE is true.'),
  rule_id: Type.Optional(
    Nullable({ ...Id, description: 'Alerts of that rule only; it goes with its rule.' }),
  ),
  secret: Type.Optional(Line(1, 100, '`whsec_` and 24 to 64 bytes in base64; unset: one is made.')),
})
export type NewWebhook = Static<typeof NewWebhook>
