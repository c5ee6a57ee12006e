import { setTimeout as pause } from 'node:timers/promises'
import { ONE } from './queue-loads.ts'
import type { Target } from './queue-targets.ts'
import type { Server } from './server.ts'

const WAKE_UPS = Number(process.env['WAKE_UPS'] ?? 200)
/** By then a long poll has arrived and sleeps. */
const ASLEEP_MS = 8

/** From the sending of a push until the receiver that waits has the message, both over HTTP. */
export async function measureWakeUps(targets: Target[]): Promise<void> {
  console.log('\npush to the end of a long poll')
  for (const target of targets) {
    await report(target, target.server, 'one node')
    const other = await target.startOther?.()
    if (other) await report(target, other, 'two nodes')
    await other?.stop()
  }
}

async function report({ name, server, headers }: Target, pushed: Server, what: string): Promise<void> {
  const tookMs: number[] = []
  await post(server, '/messages', { headers, body: ONE })
  await post(server, '/receive', { headers, body: '{}' })
  for (let round = 0; round < WAKE_UPS; round += 1) {
    const woken = post(server, '/receive', { headers, body: '{"wait_seconds":20}' })
    await pause(ASLEEP_MS)
    const began = performance.now()
    const pushing = post(pushed, '/messages', { headers, body: ONE })
    tookMs.push((await woken).at - began)
    await pushing
  }
  tookMs.sort((a, b) => a - b)
  const at = (share: number) => tookMs[Math.floor((tookMs.length - 1) * share)]?.toFixed(1)
  console.log(`  ${name.padEnd(62)} ${what.padEnd(10)} p50 ${at(0.5)} ms  p99 ${at(0.99)} ms`)
}

async function post(
  { address }: Server,
  path: string,
  { headers, body }: { headers: Record<string, string>; body: string },
): Promise<{ at: number }> {
  const answer = await fetch(`${address}/api/v1/queues/wake-ups${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
  await answer.arrayBuffer()
  return { at: performance.now() }
}
