import type { Static } from 'typebox'
import { Body, Id, Nullable, Timestamp } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'

const Template = Type.Union([Type.Literal('profile'), Type.Literal('tasks'), Type.Literal('price_list')])

export const DocumentRequest = Body({
  template: Template,
  subject_id: Type.Integer({
    minimum: 1,
    maximum: Number.MAX_SAFE_INTEGER,
    description: 'A user, or a store for a price list.',
  }),
  notify: Type.Optional(
    Type.Boolean({ description: 'A mail to your confirmed address when it is ready.', default: false }),
  ),
})
export type DocumentRequest = Static<typeof DocumentRequest>

export const Document = Type.Object({
  id: Id,
  template: Template,
  subject_id: Id,
  state: Type.Union([
    Type.Literal('queued'),
    Type.Literal('running'),
    Type.Literal('ready'),
    Type.Literal('failed'),
  ]),
  progress: Type.Integer({ minimum: 0, maximum: 100 }),
  error: Nullable(Type.String({ description: 'Why it failed.' })),
  url: Nullable(Type.String({ description: 'Where the file is, once it is ready.' })),
  created_at: Timestamp,
  finished_at: Nullable(Timestamp),
})
export type Document = Static<typeof Document>

export const Pdf = Type.Unsafe<Uint8Array>({ type: 'string', format: 'binary', description: 'The PDF.' })
export const EventText = Type.Unsafe<never>({ type: 'string', description: 'Goes on until it is closed.' })
export const PdfPart = Type.Unsafe<Uint8Array>({
  type: 'string',
  format: 'binary',
  description: 'The part that `Range` asked for.',
})
