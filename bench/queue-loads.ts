import type { Load } from './wrk.ts'

/** What a hundred and a single one of these are is up to the bodies; here about as much as an order of a shop. */
const MESSAGE = { body: { order: 12_345, text: 'Water the plants on the balcony. '.repeat(5) } }
export const BATCH = 100
export const ONE = JSON.stringify(MESSAGE)
export const HUNDRED = JSON.stringify({ messages: Array(BATCH).fill(MESSAGE) })
const json = { 'content-type': 'application/json' }
/** Batches are large: a few connections keep a server busy. */
const BATCH_CONNECTIONS = 16

export interface QueueLoad {
  title: string
  queue: string
  address: string
  load: Omit<Load, 'url'>
  /** What is counted of each request: messages, or parts of one. */
  perRequest: number
  /** Bare lists have it, too. */
  hasReference: boolean
  /** So many must wait before each round, or it would run dry. */
  waiting?: number
}

export function pushes(queue: string): QueueLoad[] {
  const push = { queue, address: `${at(queue)}/messages`, hasReference: true }
  return [
    { ...push, title: 'push, one a request', load: { ...posting, body: ONE }, perRequest: 1 },
    {
      ...push,
      title: `push, ${BATCH} a request (messages)`,
      load: { ...posting, body: HUNDRED, connections: BATCH_CONNECTIONS },
      perRequest: BATCH,
    },
  ]
}

export function takes(queue: string, waiting: number): QueueLoad[] {
  const take = { queue, address: at(queue), waiting, hasReference: false }
  return [
    {
      ...take,
      title: 'pop',
      address: `${at(queue)}/pop`,
      load: { method: 'POST' },
      perRequest: 1,
      hasReference: true,
    },
    {
      ...take,
      title: 'receive + ack, one a request (messages)',
      load: { headers: json, lua: receiving({ queue, max: 1, ackAt: 1 }) },
      perRequest: 1 / 2,
    },
    {
      ...take,
      title: `receive + ack, ${BATCH} a request (messages)`,
      load: {
        headers: json,
        lua: receiving({ queue, max: BATCH, ackAt: BATCH }),
        connections: BATCH_CONNECTIONS,
      },
      perRequest: BATCH / 2,
    },
  ]
}

/** Receives, one a request. Each hundred is acknowledged and pushed again at once, so that as many wait all the time. */
export function receives(queue: string, waiting: number): QueueLoad {
  return {
    title: `receive, one a request, ${waiting.toLocaleString('en')} waiting`,
    queue,
    address: at(queue),
    waiting,
    load: { headers: json, lua: receiving({ queue, max: 1, ackAt: BATCH, refill: HUNDRED }) },
    perRequest: BATCH / (BATCH + 2),
    hasReference: false,
  }
}

/** As Loggia tells it, and as the published API of one queue does. */
export function counts(queue: string, waiting: number): QueueLoad[] {
  const count = { load: {}, perRequest: 1, hasReference: true, waiting }
  return [
    { ...count, title: `count, ${waiting} waiting`, queue, address: at(queue) },
    {
      ...count,
      title: `count, published API, ${waiting} waiting`,
      queue: 'queue',
      address: '/compat/queue/api/queue/count',
    },
  ]
}

function at(queue: string): string {
  return `/api/v1/queues/${queue}`
}

const posting = { method: 'POST', headers: json }

interface Receiving {
  queue: string
  max: number
  /** Receipts that are acknowledged together. */
  ackAt: number
  /** What is pushed after each acknowledgement. */
  refill?: string
}

/** Whichever connection is free does what is due next: push, acknowledge or receive. */
function receiving({ queue, max, ackAt, refill = '' }: Receiving): string {
  return `
local receipts, owed = {}, 0
local function post(rest, body) return wrk.format('POST', '${at(queue)}' .. rest, nil, body) end
request = function()
  if owed > 0 then
    owed = owed - 1
    return post('/messages', [[${refill}]])
  end
  if #receipts < ${ackAt} then return post('/receive', '{"max":${max}}') end
  owed = owed + ${refill === '' ? 0 : 1}
  local acked = {}
  for at = 1, ${ackAt} do acked[at] = table.remove(receipts) end
  return post('/ack', '{"receipts":["' .. table.concat(acked, '","') .. '"]}')
end
response = function(status, headers, body)
  for receipt in body:gmatch('"receipt":"([^"]+)"') do receipts[#receipts + 1] = receipt end
end`
}
