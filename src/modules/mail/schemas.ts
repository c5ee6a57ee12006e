import type { Static } from 'typebox'
import { Id, Nullable, Timestamp } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'

const members = {
  id: Id,
  template: Type.String(),
  to: Type.String(),
  subject: Type.String(),
  state: Type.Union(
    [Type.Literal('queued'), Type.Literal('sent'), Type.Literal('kept'), Type.Literal('failed')],
    { description: '`kept`: to be read here, sent nowhere (MAIL_URL=outbox:).' },
  ),
  error: Nullable(Type.String()),
  message_id: Type.String(),
  created_at: Timestamp,
  finished_at: Nullable(Timestamp),
}

export const MailSummary = Type.Object(members)
export type MailSummary = Static<typeof MailSummary>

export const Mail = Type.Object({ ...members, html: Type.String(), text: Type.String() })
export type Mail = Static<typeof Mail>
