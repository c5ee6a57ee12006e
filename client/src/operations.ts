import type { Operations } from './api.ts'

/** A method and a path of the API: `'GET /api/v1/tasks/{id}'`. */
export type Operation = keyof Operations

type Part<Name extends Operation, Key extends string> = Operations[Name] extends {
  [key in Key]?: infer Value
}
  ? NonNullable<Value>
  : never

export type Params<Name extends Operation> = Part<Name, 'params'>
export type Query<Name extends Operation> = Part<Name, 'query'>
export type Body<Name extends Operation> = Part<Name, 'body'>
export type Answer<Name extends Operation> = Operations[Name]['answer']

/** The lists: those operations that answer with a page. */
export type ListOperation = {
  [Name in Operation]: Answer<Name> extends { items: unknown[]; next_cursor: string | null } ? Name : never
}[Operation]

/** What a list is a list of: `Item<'GET /api/v1/tasks'>` is a task. */
export type Item<Name extends ListOperation> = Answer<Name>['items'][number]

/** What an operation takes: `params`, `query` and `body`, as far as it has them. */
export type Input<Name extends Operation> = Omit<Operations[Name], 'answer'>
