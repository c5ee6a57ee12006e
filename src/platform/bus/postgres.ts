import type { Bus } from './index.ts'

export async function openPostgresBus(_options: {
  url: string
  namespace: string
  onError: (error: unknown) => void
}): Promise<Bus> {
  throw new Error('not yet')
}
