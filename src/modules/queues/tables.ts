import type { NoTables } from '../../platform/database/index.ts'

export interface QueueSettingTables extends NoTables {
  queues: {
    name: string
    max_deliveries: number
    lease_seconds: number
    ttl_seconds: number | null
    created_at: number
  }
}
