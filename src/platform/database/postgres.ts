import type { OpenDatabase } from './index.ts'

export async function openPostgres(_options: {
  url: string
  onError: (error: unknown) => void
}): Promise<OpenDatabase> {
  throw new Error('not yet')
}
