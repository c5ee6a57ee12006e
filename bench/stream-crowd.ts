import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { News, Order, Report } from './stream-readers.ts'
import type { StreamServer } from './stream-servers.ts'

/** The readers of one server, in one process. */
export interface Crowd {
  /** Resolves when so many more streams are open. */
  open(count: number): Promise<void>
  /** Cuts all, and lets all come again at once from where they were. Resolves when they are open. */
  reconnect(): Promise<void>
  /** Resolves when so many alerts, counted from the start, have arrived at every reader. */
  arrived(alerts: number): Promise<void>
  /** What was seen since the last report. */
  report(): Promise<Report>
  stop(): Promise<void>
}

export function gatherCrowd({ address, stream }: StreamServer): Crowd {
  const head = [`GET ${stream.path} HTTP/1.1`, 'Host: localhost', ...stream.headers].join('\r\n')
  const child = fork(fileURLToPath(new URL('./stream-readers.ts', import.meta.url)), [
    new URL(address).port,
    `${head}\r\n`,
  ])
  let everywhere = 0
  let waiting: { alerts: number; resolve: () => void }[] = []
  let onOpened = () => {}
  let onReport = (_report: Report) => {}
  child.on('message', (news: News) => {
    if ('opened' in news) onOpened()
    else if ('report' in news) onReport(news.report)
    else {
      everywhere = news.arrived
      for (const { alerts, resolve } of waiting) if (alerts <= everywhere) resolve()
      waiting = waiting.filter(({ alerts }) => alerts > everywhere)
    }
  })

  async function untilOpened(order: Order): Promise<void> {
    await new Promise<void>((resolve) => {
      onOpened = resolve
      child.send(order)
    })
  }

  return {
    open: (count) => untilOpened({ open: count }),
    reconnect: () => untilOpened({ reconnect: true }),
    async arrived(alerts) {
      if (alerts > everywhere) await new Promise<void>((resolve) => waiting.push({ alerts, resolve }))
    },
    async report() {
      return new Promise((resolve) => {
        onReport = resolve
        child.send({ report: true } satisfies Order)
      })
    },
    async stop() {
      child.disconnect()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}
