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
  author: Type.String({ description: 'The username.' }),
  text: Type.String(),
  done: Type.Boolean(),
  due_at: DueAt,
  created_at: Timestamp,
  updated_at: Timestamp,
  change: Type.Integer({ description: 'The number of its last change; see `/tasks/changes`.' }),
})
export type Task = Static<typeof Task>

/** In the order of texts a cursor holds a text, whose letters may have become many by folding. */
const CURSOR_LENGTH_MAX = 10_000

const Filters = {
  done: Type.Optional(Type.Boolean({ description: 'Only those that are done, or only those that are not.' })),
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^(?=.*\\S)[^\\p{Cc}\\p{Cs}]*$',
      description: 'Only those whose text has this in it, in upper or lower case.',
    }),
  ),
  due_after: Type.Optional({ ...Timestamp, description: 'Only those that are due at this time or later.' }),
  due_before: Type.Optional({ ...Timestamp, description: 'Only those that are due before this time.' }),
}

export const TaskFilters = Type.Object(Filters, { additionalProperties: false })
export type TaskFilters = Static<typeof TaskFilters>

export const SORTS = [
  '-created_at',
  'created_at',
  '-due_at',
  'due_at',
  '-text',
  'text',
  '-updated_at',
  'updated_at',
] as const
export type Sort = (typeof SORTS)[number]

export const TaskQuery = Type.Object(
  {
    ...PageQuery.properties,
    cursor: Type.Optional(
      Type.String({ maxLength: CURSOR_LENGTH_MAX, description: 'The next_cursor of the page before.' }),
    ),
    ...Filters,
    sort: Type.Unsafe<Sort>({
      type: 'string',
      enum: SORTS,
      default: '-created_at',
      description:
        'With `-` from the last to the first. What has no day is due after all others; text is compared without case.',
    }),
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

const BATCH_MAX = 1000

export const Batch = Body(
  {
    create: Type.Optional(Type.Array(NewTask, { maxItems: BATCH_MAX, description: 'Tasks to make.' })),
    complete: Type.Optional(
      Type.Array(Id, { maxItems: BATCH_MAX, description: 'Ids of tasks that are done.' }),
    ),
  },
  { minProperties: 1 },
)
export type Batch = Static<typeof Batch>

const Completed = Type.Object({
  id: Id,
  outcome: Type.Unsafe<'completed' | 'already_done' | 'not_found'>({
    type: 'string',
    enum: ['completed', 'already_done', 'not_found'],
  }),
  task: Nullable(Task),
})
export type Completed = Static<typeof Completed>

export const BatchResult = Type.Object({
  created: Type.Array(Task, { description: 'In the order of `create`.' }),
  completed: Type.Array(Completed, { description: 'In the order of `complete`.' }),
})
export type BatchResult = Static<typeof BatchResult>

export const ChangesQuery = Type.Object(
  {
    since: Type.String({
      pattern: '^(0|[1-9]\\d{0,14})(-[1-9]\\d{0,14})?$',
      default: '0',
      description: 'The `next_since` of the answer before; 0 or nothing at first.',
    }),
    limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100, description: 'Changes in one answer.' }),
  },
  { additionalProperties: false },
)
export type ChangesQuery = Static<typeof ChangesQuery>

const TaskChange = Type.Object({
  change: Type.Integer({ description: 'Rises with every change of the owner.' }),
  id: Id,
  deleted: Type.Boolean(),
  task: Nullable(Task),
})
export type TaskChange = Static<typeof TaskChange>

export const TaskChanges = Type.Object({
  items: Type.Array(TaskChange, { description: 'Oldest first; of each task only its last change.' }),
  next_since: Type.String({ description: 'For the next request.' }),
  has_more: Type.Boolean({ description: 'Ask again at once.' }),
})
export type TaskChanges = Static<typeof TaskChanges>
