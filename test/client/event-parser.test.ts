import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEventParser } from '../../client/src/event-parser.ts'

const STREAM = [
  'retry: 2000\nid: 4\n\n',
  ': heartbeat\n\n',
  'id: 5\r\nevent: alert\r\ndata: {"a": "ä: b"}\r\n\r\n',
  'data:one\rdata: two\r\r',
  'data\n\n',
  'unknown: x\nretry: soon\ndata: last\n\n',
  'data: never ended\n',
].join('')

const BLOCKS = [
  { event: 'message', retryMs: 2000, id: '4' },
  { event: 'message' },
  { event: 'alert', id: '5', data: '{"a": "ä: b"}' },
  { event: 'message', data: 'one\ntwo' },
  { event: 'message', data: '' },
  { event: 'message', data: 'last' },
]

test('a stream of events is the same in whatever pieces it comes', () => {
  for (let size = 1; size <= STREAM.length; size += 1) {
    const parse = createEventParser()
    const pieces = Array.from({ length: Math.ceil(STREAM.length / size) }, (_, n) =>
      STREAM.slice(n * size, (n + 1) * size),
    )
    assert.deepEqual(pieces.flatMap(parse), BLOCKS, `in pieces of ${size}`)
  }
})
