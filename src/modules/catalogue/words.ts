import { type RawBuilder, sql } from 'kysely'
import { foldAccents } from '../../kit/fold.ts'
import type { TransactionOf } from '../../platform/database/index.ts'
import type { CatalogueTables } from './tables.ts'

/** Letters of a word that count: engines bound what an index holds. */
const WORD_LETTERS = 40
/** Words that are looked up in one search: each is one more table to join, and planning joins is what costs. */
export const SEARCHED_MAX = 10
/** Rows of one statement: engines bound its parameters. */
const ROWS_MAX = 500
/** Behind every word that begins with the text before it. */
const LAST_LETTER = '\u{10ffff}'

/** What stands between words, where people write any. */
export const NO_WORD = '\\s\\p{P}\\p{Z}\\p{C}'
/** Scripts that are written without spaces: each of their letters is a word. */
const ALONE =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Khmer}\\p{Script=Lao}'
const WORDS = new RegExp(`[${ALONE}]|[^${ALONE}${NO_WORD}]+`, 'gu')

/** Each once, without case and accents. */
export function wordsOf(text: string): string[] {
  const words = foldAccents(text).match(WORDS) ?? []
  return [...new Set(words.map((word) => [...word].slice(0, WORD_LETTERS).join('')))]
}

const TABLES = { store: 'store_words', item: 'item_words' } as const

/** For each of the first words of `text`: the name of the store or item has a word that begins with it. Looked up by an index. */
export function namedLike(noun: keyof typeof TABLES, text: string): RawBuilder<boolean>[] {
  const [table, key] = [sql.table(TABLES[noun]), sql.ref(`${noun}_id`)]
  return wordsOf(text)
    .slice(0, SEARCHED_MAX)
    .map(
      (word) =>
        sql<boolean>`${sql.ref(`${noun}s.id`)} in (
        select ${key} from ${table} where word >= ${word} and word < ${word + LAST_LETTER})`,
    )
}

type Sql = TransactionOf<CatalogueTables>
type Named = { id: number; name: string }

export async function addStoreWords(tx: Sql, { id, name }: Named): Promise<void> {
  const words = wordsOf(name).map((word) => ({ store_id: id, word }))
  if (words.length > 0) await tx.insertInto('store_words').values(words).execute()
}

export async function renameStoreWords(tx: Sql, store: Named): Promise<void> {
  await tx.deleteFrom('store_words').where('store_id', '=', store.id).execute()
  await addStoreWords(tx, store)
}

export function itemWordsOf({ id, name }: Named): CatalogueTables['item_words'][] {
  return wordsOf(name).map((word) => ({ item_id: id, word }))
}

export async function addItemWords(tx: Sql, items: Named[]): Promise<void> {
  const words = items.flatMap(itemWordsOf)
  for (let from = 0; from < words.length; from += ROWS_MAX)
    await tx
      .insertInto('item_words')
      .values(words.slice(from, from + ROWS_MAX))
      .execute()
}

export async function renameItemWords(tx: Sql, items: Named[]): Promise<void> {
  for (let from = 0; from < items.length; from += ROWS_MAX) {
    const ids = items.slice(from, from + ROWS_MAX).map(({ id }) => id)
    await tx.deleteFrom('item_words').where('item_id', 'in', ids).execute()
  }
  await addItemWords(tx, items)
}
