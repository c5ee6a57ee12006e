import type { Static } from 'typebox'
import { Id, Nullable, PageQuery, Timestamp } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'

const State = Type.Union(
  [
    Type.Literal('queued'),
    Type.Literal('sending'),
    Type.Literal('sent'),
    Type.Literal('kept'),
    Type.Literal('failed'),
    Type.Literal('unknown'),
  ],
  {
    description:
      '`kept`: to be read here, sent nowhere (MAIL_URL=outbox:). `failed`: refused, or tried too often. `unknown`: it was sent and no answer came; it is not sent again unless somebody asks for that.',
  },
)

const members = {
  id: Id,
  template: Type.String(),
  to: Type.String(),
  subject: Type.String(),
  state: State,
  error: Nullable(Type.String({ description: 'What the mail server said last, when it did not take it.' })),
  message_id: Type.String({ description: 'The same on every try and when it is sent again.' }),
  created_at: Timestamp,
  finished_at: Nullable(Timestamp),
}

export const MailSummary = Type.Object(members)
export type MailSummary = Static<typeof MailSummary>

const words = Type.String({ description: 'The secret of a link is blanked, unless mail is kept here only.' })
export const Mail = Type.Object({ ...members, html: words, text: words })
export type Mail = Static<typeof Mail>

export const MailQuery = Type.Object(
  { ...PageQuery.properties, state: Type.Optional(State) },
  { additionalProperties: false },
)
export type MailQuery = Static<typeof MailQuery>
