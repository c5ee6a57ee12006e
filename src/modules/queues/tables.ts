import type { NoTables } from '../../platform/database/index.ts'

export interface QueueTables extends NoTables {
  queues: {
    name: string
    max_deliveries: number
    lease_seconds: number
    ttl_seconds: number | null
    created_at: number
  }
  queue_history: {
    queue: string
    span: 'minute' | 'hour'
    /** When the minute or hour began. */
    at: number
    pushed: number
    acked: number
  }
}
