import assert from 'node:assert/strict'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { after, before, suite, test } from 'node:test'
import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'
import { type Selection, select, valuesOf } from '../../src/modules/tasks/selection.ts'
import { startLoggia, type TestLoggia } from '../support/loggia.ts'

const SORTS = [
  '-created_at',
  'created_at',
  '-due_at',
  'due_at',
  '-text',
  'text',
  '-updated_at',
  'updated_at',
] as const

const writer = new Kysely<object>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

suite('the plan of a list of tasks', () => {
  let loggia: TestLoggia
  let database: DatabaseSync

  before(async () => {
    loggia = await startLoggia()
    database = new DatabaseSync(join(loggia.dataDir, 'loggia.db'), { readOnly: true })
  })
  after(async () => {
    database.close()
    await loggia.close()
  })

  function planOf(selection: Selection): string[] {
    const query = sql`explain query plan select id from tasks where ${select(valuesOf(1, selection), selection.sort)} limit 21`
    const { sql: text, parameters } = query.compile(writer)
    return database
      .prepare(text)
      .all(...(parameters as SQLInputValue[]))
      .map(({ detail }) => String(detail))
  }

  for (const sort of SORTS) {
    test(`sort=${sort} walks an index of its owner's, from any place, and sorts nothing`, async () => {
      const ana = await loggia.register(`ana${sort}`)
      for (const text of ['one', 'two'])
        await loggia.call('POST', '/api/v1/tasks', { token: ana.token, body: { text } })
      const page = await loggia.call('GET', `/api/v1/tasks?limit=1&sort=${sort}`, { token: ana.token })
      for (const more of [{}, { cursor: page.body.next_cursor }, { q: 'a' }]) {
        const plan = more.q === undefined ? planOf({ sort, ...more }) : planOf({ sort, q: more.q })
        assert.equal(plan.length, 1, plan.join())
        assert.match(String(plan[0]), /^SEARCH tasks USING (COVERING )?INDEX \w+ \(author_id=\?/)
      }
    })
  }

  const FILTERS: [Omit<Selection, 'sort'>, RegExp][] = [
    [{ done: true }, /tasks_author_done \(author_id=\? AND done=\?/],
    [{ due_before: '2030-01-01T00:00:00Z' }, /tasks_author_due \(author_id=\? AND <expr></],
    [{ due_after: '2030-01-01T00:00:00Z' }, /tasks_author_due \(author_id=\? AND <expr>>/],
  ]
  for (const [filter, expected] of FILTERS) {
    test(`${Object.keys(filter)} has an index`, () => {
      const sort = 'done' in filter ? '-created_at' : 'due_at'
      assert.match(planOf({ sort, ...filter }).join(), expected)
    })
  }
})
