import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { parse } from 'csv-parse/sync'
import ICAL from 'ical.js'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

suite('exports of tasks', () => {
  let loggia: TestLoggia
  let people = 0

  before(async () => {
    loggia = await startLoggia({ PUBLIC_URL: 'https://tasks.example.com' })
  })
  after(() => loggia.close())

  const newcomer = () => loggia.register(`person${++people}`)
  const make = async ({ token }: Person, create: object[]) =>
    (await loggia.call('POST', '/api/v1/tasks/batch', { token, body: { create } })).body.created
  const exported = ({ token }: Person, kind: string, query = '') =>
    loggia.call('GET', `/api/v1/tasks/export.${kind}?${query}`, { token })

  test('a spreadsheet has a line for each task, oldest first, however many', async () => {
    const ana = await newcomer()
    const made = await make(
      ana,
      Array.from({ length: 1000 }, (_, index) => ({ text: `"task", ${index}\nand on` })),
    )
    const { status, headers, body } = await exported(ana, 'csv')
    assert.equal(status, 200)
    assert.equal(headers.get('content-type'), 'text/csv; charset=utf-8; header=present')
    assert.equal(headers.get('content-disposition'), 'attachment; filename="tasks.csv"')
    assert.match(body, /^id,text,done,due_at,author,created_at,updated_at\r\n/)
    const rows = parse(body, { columns: true }) as Record<string, string>[]
    assert.deepEqual(
      rows,
      made.map(({ change: _, ...task }: Record<string, unknown>) => ({
        ...task,
        id: String(task['id']),
        done: 'false',
        due_at: '',
      })),
    )
  })

  test('a text of many lines is one cell, whatever ends a line for its reader', async () => {
    const ana = await newcomer()
    await make(ana, [{ text: 'eggs\nmilk' }, { text: 'bread' }])
    const record_delimiter = ['\r\n', '\n', '\r']
    const rows = parse((await exported(ana, 'csv')).body, { columns: true, record_delimiter })
    assert.deepEqual(
      (rows as { text: string }[]).map(({ text }) => text),
      ['eggs\nmilk', 'bread'],
    )
  })

  test('what a spreadsheet would take for a formula is text', async () => {
    const ana = await newcomer()
    const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '=cmd|"/c calc"!A1']
    await make(
      ana,
      formulas.map((text) => ({ text })),
    )
    const rows = parse((await exported(ana, 'csv')).body, { columns: true }) as { text: string }[]
    assert.deepEqual(
      rows.map(({ text }) => text),
      formulas.map((text) => `'${text}`),
    )
  })

  test('an export takes the filters of the list, and shows only what is mine', async () => {
    const [ana, ben] = [await newcomer(), await newcomer()]
    await make(ana, [{ text: 'open' }, { text: 'closed', done: true }])
    await make(ben, [{ text: 'secret' }])
    const rows = parse((await exported(ana, 'csv', 'done=true')).body, { columns: true }) as {
      text: string
    }[]
    assert.deepEqual(
      rows.map(({ text }) => text),
      ['closed'],
    )
    assert.doesNotMatch((await exported(ana, 'ics')).body, /secret/)
    assert.equal((await exported(ana, 'csv', 'limit=5')).status, 422)
  })

  test('a calendar has a VTODO for each task, escaped and folded', async () => {
    const ana = await newcomer()
    const long = 'Ж'.repeat(150)
    const [first, second] = await make(ana, [
      { text: 'a; b, c \\ d\ne', due_at: '2030-01-02T03:04:05.678Z' },
      { text: long, done: true },
    ])
    const { headers, body } = await exported(ana, 'ics')
    assert.equal(headers.get('content-type'), 'text/calendar; charset=utf-8')
    const lines = body.split('\r\n')
    assert.equal(lines.pop(), '')
    for (const line of lines) assert.ok(Buffer.byteLength(line) <= 75, line)
    const whole = body.replaceAll('\r\n ', '').split('\r\n')
    assert.deepEqual([whole[0], whole.at(-2)], ['BEGIN:VCALENDAR', 'END:VCALENDAR'])
    for (const line of [
      `UID:task-${first.id}@tasks.example.com`,
      `UID:task-${second.id}@tasks.example.com`,
      'SUMMARY:a\\; b\\, c \\\\ d\\ne',
      'DUE:20300102T030405Z',
      'STATUS:NEEDS-ACTION',
      `SUMMARY:${long}`,
      'STATUS:COMPLETED',
    ])
      assert.ok(whole.includes(line), line)
    assert.equal(whole.filter((line: string) => line === 'BEGIN:VTODO').length, 2)
  })

  test('a calendar is read by another program as it was written', async () => {
    const ana = await newcomer()
    const texts = [
      'a; b, c \\ d\ne',
      'ж'.repeat(150),
      '\\n is no line',
      '👩‍👩‍👧'.repeat(20),
      'BEGIN:VTODO\nEND:VCALENDAR',
    ]
    const due_at = '2030-01-02T03:04:05.678Z'
    await make(
      ana,
      texts.map((text, at) => ({ text, done: at === 1, ...(at === 2 ? { due_at } : {}) })),
    )
    const calendar = new ICAL.Component(ICAL.parse((await exported(ana, 'ics')).body))
    assert.deepEqual(
      calendar
        .getAllSubcomponents('vtodo')
        .map((todo) =>
          ['summary', 'status', 'due'].map((name) => todo.getFirstPropertyValue(name)?.toString()),
        ),
      texts.map((text, at) => [
        text,
        at === 1 ? 'COMPLETED' : 'NEEDS-ACTION',
        at === 2 ? '2030-01-02T03:04:05Z' : undefined,
      ]),
    )
  })

  test('an export of nothing is a header, and a calendar without entries', async () => {
    const ana = await newcomer()
    assert.equal((await exported(ana, 'csv')).body.split('\r\n').length, 2)
    assert.doesNotMatch((await exported(ana, 'ics')).body, /VTODO/)
  })
})
