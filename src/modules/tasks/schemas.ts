import type { Static } from 'typebox'
import { Body, Id, Nullable, PageQuery, Timestamp } from '../../http/schemas.ts'
import { Type } from '../../http/type.ts'

const Text = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^(?=[\\s\\S]*\\S)(?:[^\\p{Cc}\\p{Cs}]|[\\n\\t])*$',
  description: '1 to 200 characters, not only spaces.',
})
const DueAt = Nullable(Timestamp)

export const Task = Type.Object({
  id: Id,
  text: Type.String(),
  done: Type.Boolean(),
  due_at: DueAt,
  author: Type.String({ description: 'The username.' }),
  created_at: Timestamp,
  updated_at: Timestamp,
})
export type Task = Static<typeof Task>

export const TaskQuery = Type.Object(
  {
    ...PageQuery.properties,
    done: Type.Optional(
      Type.Boolean({ description: 'Only those that are done, or only those that are not.' }),
    ),
  },
  { additionalProperties: false },
)
export type TaskQuery = Static<typeof TaskQuery>

export const NewTask = Body({ text: Text, done: Type.Optional(Type.Boolean()), due_at: Type.Optional(DueAt) })
export type NewTask = Static<typeof NewTask>

export const TaskPatch = Body(
  { text: Type.Optional(Text), done: Type.Optional(Type.Boolean()), due_at: Type.Optional(DueAt) },
  { minProperties: 1 },
)
export type TaskPatch = Static<typeof TaskPatch>
