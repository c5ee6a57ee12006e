import { setTimeout as pause } from 'node:timers/promises'
import { type Crowd, gatherCrowd } from './stream-crowd.ts'
import type { StartStreamServer, StreamServer } from './stream-servers.ts'

/** A server with its readers. */
export interface Side {
  server: StreamServer
  readers: Crowd
  published: number
}

export interface Measured {
  perSecond: number
  p50Ms: number
  p99Ms: number
  /** Microseconds of the processor for each delivery. */
  serverUs: number
  readersUs: number
  /** Alerts that were missed, came twice or were said to be gone, and streams that were cut. */
  faults: number
}

export async function openSide(start: StartStreamServer): Promise<Side | null> {
  const server = await start()
  return server === null ? null : { server, readers: gatherCrowd(server), published: 0 }
}

export async function closeSide({ server, readers }: Side): Promise<void> {
  await readers.stop()
  await server.stop()
}

/** `work` must not resolve before all that it published has arrived. */
export async function measure({ server, readers }: Side, work: () => Promise<void>): Promise<Measured> {
  const [before, cpuBefore] = [await readers.report(), await server.cpuSeconds()]
  const began = performance.now()
  await work()
  const seconds = (performance.now() - began) / 1000
  const [after, cpuAfter] = [await readers.report(), await server.cpuSeconds()]
  const { deliveries, p50Ms, p99Ms, missed, repeated, gaps, cut } = after
  return {
    perSecond: deliveries / seconds,
    p50Ms,
    p99Ms,
    serverUs: ((cpuAfter - cpuBefore) / deliveries) * 1e6,
    readersUs: ((after.cpuSeconds - before.cpuSeconds) / deliveries) * 1e6,
    faults: missed + repeated + gaps + cut,
  }
}

/** By the clock, whatever the server does. */
export async function steadily(
  side: Side,
  { perSecond, count }: { perSecond: number; count: number },
): Promise<void> {
  const began = performance.now()
  const publishing: Promise<void>[] = []
  for (let at = 0; at < count; at += 1) {
    await pause(Math.max(0, began + (at * 1000) / perSecond - performance.now()))
    side.published += 1
    publishing.push(side.server.publish())
  }
  await Promise.all(publishing)
  await side.readers.arrived(side.published)
}

/** As fast as it goes with so many alerts on their way: the next is sent when one has arrived at every reader. */
export async function atFull(
  side: Side,
  { window, seconds }: { window: number; seconds: number },
): Promise<void> {
  const until = performance.now() + seconds * 1000
  await Promise.all(
    Array.from({ length: window }, async () => {
      while (performance.now() < until) {
        side.published += 1
        const mine = side.published
        await side.server.publish()
        await side.readers.arrived(mine)
      }
    }),
  )
}
