import type { QueryExecutorProvider, RawBuilder } from 'kysely'

export type RowColumns = Record<string, 'text' | 'bigint'>

/** How the engine says in queries what no words of SQL say on every one. */
export interface Idiom {
  /**
   * In place of a table: these rows, in their order, as one parameter, so that the statement's text does not depend on
   * their number. Texts without U+0000 and halves of surrogate pairs.
   */
  rows(rows: object[], columns: RowColumns): RawBuilder<unknown>
  /**
   * Behind the name of a key: is one of those that `select` gives, `max` at most. They are asked for once and looked up by the
   * key's index.
   */
  amongThose(select: RawBuilder<unknown>, max?: number): RawBuilder<unknown>
  /** At the end of a select: locks its rows until the commit, and leaves out those that another change has locked. */
  readonly skipLocked: RawBuilder<unknown>
  /**
   * Has the later statements of this change go along an index in its order, also where the planner would rather gather all
   * rows and sort them, because there were few when it last counted. Need not be waited for.
   */
  alongIndexes(tx: QueryExecutorProvider): Promise<void>
  /** The column has this text in it, letter for letter. */
  contains(column: string, text: string): RawBuilder<boolean>
}
