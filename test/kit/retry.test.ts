import assert from 'node:assert/strict'
import { test } from 'node:test'
import { backoffSeconds } from '../../src/kit/retry.ts'

const BACKOFF = { baseSeconds: 4, maxSeconds: 10 }

const WAITS = [
  { attempt: 1, least: 0.125, most: 4 },
  { attempt: 2, least: 0.125, most: 8 },
  { attempt: 3, least: 0.125, most: 10 },
  { attempt: 2000, least: 0.125, most: 10 },
]

for (const { attempt, least, most } of WAITS) {
  test(`after failure ${attempt} the wait is anything from ${least} to ${most} s`, () => {
    const [low, high] = [0, 1 - Number.EPSILON].map((chance) =>
      backoffSeconds(attempt, BACKOFF, () => chance),
    )
    assert.deepEqual([low, high], [least, most])
  })
}
