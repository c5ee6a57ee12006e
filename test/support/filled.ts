import assert from 'node:assert/strict'
import type { Person, TestLoggia } from './loggia.ts'

/** Something on every page. */
export async function fillPages(loggia: TestLoggia, { token, id }: Person): Promise<void> {
  const put = async (method: string, path: string, body: object) => {
    const { status } = await loggia.call(method, `/api/v1${path}`, { token, body })
    assert.ok(status < 300 || status === 409, `${path}: ${status}`)
  }
  await put('PUT', '/queues/letters', { max_deliveries: 3, lease_seconds: 30, ttl_seconds: null })
  await put('POST', '/queues/letters/messages', { body: { to: 'the notary' } })
  await put('PUT', '/queues/repairs', { max_deliveries: 1, lease_seconds: 30, ttl_seconds: null })
  await put('POST', '/queues/repairs/messages', { body: { price: 'twelve' } })
  const { body } = await loggia.call('POST', '/api/v1/queues/repairs/receive', { token, body: {} })
  const receipts = body.messages.map(({ receipt }: { receipt: string }) => receipt)
  if (receipts.length > 0) await put('POST', '/queues/repairs/nack', { receipts, reason: 'not a number' })
  await put('POST', '/tasks', { text: 'Water the lemon trees', due_at: '2026-01-01T10:00:00Z' })
  await put('POST', '/stores', { name: 'Bottega' })
  await put('POST', '/items', { name: 'Olive oil', price_minor: 4990, store_id: 1 })
  await put('POST', '/stores/1/tags', { name: 'garden' })
  await put('POST', '/alert-rules', { name: 'Every Volvo', make: 'Volvo' })
  await put('POST', '/detections', { year: 2020, make: 'Volvo', model: 'V60', category: 'Wagon' })
  await put('POST', '/documents', { template: 'tasks', subject_id: id })
  await put('POST', '/auth/keys', { name: 'scanner', scopes: ['queue:push:letters'] })
  await loggia.drain()
}
