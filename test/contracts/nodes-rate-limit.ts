import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Nodes } from '../support/nodes.ts'

const LIMIT = 100
const REQUESTS = 1_000

/** Without Redis each process counts for itself, which `docs/guide/scaling.md` says. */
export function rateLimitOverNodes(
  start: (settings: Record<string, string>) => Promise<Nodes>,
  { isShared }: { isShared: boolean },
): void {
  const budgets = isShared ? 1 : 3
  test(`of ${REQUESTS} requests at once to three nodes exactly ${budgets} times ${LIMIT} pass`, async () => {
    const nodes = await start({ RATE_LIMIT: `${LIMIT}/min` })
    const { token } = await nodes.at(0).register('ana')
    const answers = await Promise.all(
      Array.from({ length: REQUESTS }, (_, turn) => nodes.at(turn).call('GET', '/api/v1/tasks', { token })),
    )
    const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length
    await nodes.close()
    assert.deepEqual([count(200), count(429)], [budgets * LIMIT, REQUESTS - budgets * LIMIT])
  })
}
