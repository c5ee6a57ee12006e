import { useEffect, useState } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import type { Loading } from '../api/use-load.ts'
import { Link } from '../shell/link.tsx'
import { Chart } from '../ui/chart.tsx'
import { useFormat } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Empty, Panel } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { lastMinutes, minuteOf } from './minutes.ts'

type QueueList = Answer<'GET /api/v1/queues'>
type Queue = QueueList['items'][number]

const FLOW_MS = 10_000
const SAMPLE_MS = 2_000
const SAMPLES_MAX = 150

export function QueueDepths({ queues }: { queues: Loading<QueueList> }) {
  const words = useWords()
  return (
    <Panel title={words.overview.depths} actions={<Link href="/queues">{words.overview.all}</Link>}>
      <Loaded of={queues}>
        {({ items }) =>
          items.length === 0 ? <Empty>{words.queues.empty}</Empty> : <DepthBars queues={items.slice(0, 8)} />
        }
      </Loaded>
    </Panel>
  )
}

function DepthBars({ queues }: { queues: Queue[] }) {
  const words = useWords()
  const format = useFormat()
  const most = Math.max(1, ...queues.map(depthOf))
  return (
    <ul className="depths">
      {queues.map((queue) => (
        <li key={queue.name}>
          <Link href={`/queues/${queue.name}`}>{queue.name}</Link>
          <svg className="bar-of" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
            <rect className="good" width={(queue.waiting / most) * 100} height="8" />
            <rect
              className="bad"
              x={((depthOf(queue) - queue.dead) / most) * 100}
              width={(queue.dead / most) * 100}
              height="8"
            />
          </svg>
          <span className="about">
            {words.queues.states.waiting} {format.number(queue.waiting)} · {words.queues.states.dead}{' '}
            {format.number(queue.dead)}
          </span>
        </li>
      ))}
    </ul>
  )
}

function depthOf({ waiting, leased, delayed, dead }: Queue): number {
  return waiting + leased + delayed + dead
}

/** In and out of all queues together, minute by minute. */
export function FlowGraph({ queues }: { queues: Queue[] | undefined }) {
  const words = useWords()
  const names = queues?.slice(0, 20).map(({ name }) => name) ?? []
  const key = names.join('\n')
  const [flow, setFlow] = useState<Answer<'GET /api/v1/queues/{name}/history'>['items']>([])

  useEffect(() => {
    let isWanted = true
    async function read() {
      const wanted = key === '' ? [] : key.split('\n')
      const histories = await Promise.all(
        wanted.map((name) =>
          call(ask('GET /api/v1/queues/{name}/history', { params: { name }, query: { by: 'minute' } })),
        ),
      )
      if (isWanted) setFlow(histories.flatMap(({ items }) => items))
    }
    const quietly = () => read().catch(() => {})
    quietly()
    const timer = setInterval(() => document.hidden || quietly(), FLOW_MS)
    return () => {
      isWanted = false
      clearInterval(timer)
    }
  }, [key])

  const minutes = lastMinutes(60)
  const sum = (what: 'pushed' | 'acked') =>
    minutes.map((minute) =>
      flow.reduce((total, row) => (minuteOf(row.at) === minute ? total + row[what] : total), 0),
    )
  return (
    <Panel title={words.overview.flow}>
      <Chart
        label={words.overview.flow}
        at={minutes}
        lines={[
          { label: words.queues.pushed, values: sum('pushed'), tone: 'accent' },
          { label: words.queues.acked, values: sum('acked'), tone: 'good' },
        ]}
      />
    </Panel>
  )
}

export function AlertsGraph({ alerts }: { alerts: { created_at: string }[] }) {
  const words = useWords()
  const minutes = lastMinutes(60)
  const values = minutes.map(
    (minute) => alerts.filter(({ created_at }) => minuteOf(created_at) === minute).length,
  )
  return (
    <Panel title={words.overview.alertsPerMinute} actions={<Link href="/alerts">{words.overview.all}</Link>}>
      <Chart
        label={words.overview.alertsPerMinute}
        at={minutes}
        height={140}
        lines={[{ label: words.overview.thisMinute, values, tone: 'bad', isBar: true }]}
      />
    </Panel>
  )
}

/** From /metrics, which counts since the start of the process: the difference between two looks. */
export function RequestsGraph() {
  const words = useWords()
  const [samples, setSamples] = useState<{ at: number; count: number }[]>([])
  useEffect(() => {
    let isWanted = true
    async function sample() {
      const count = await countRequests().catch(() => null)
      if (count === null || !isWanted) return
      setSamples((before) => [...before, { at: Date.now() / 1000, count }].slice(-SAMPLES_MAX))
    }
    sample()
    const timer = setInterval(() => document.hidden || sample(), SAMPLE_MS)
    return () => {
      isWanted = false
      clearInterval(timer)
    }
  }, [])
  const rates = samples.slice(1).map(({ at, count }, index) => {
    const before = samples[index] ?? { at, count }
    return Math.max(0, (count - before.count) / Math.max(1, at - before.at))
  })
  return (
    <Panel title={words.overview.requests}>
      {rates.length < 2 ? (
        <p className="working">{words.overview.measuring}</p>
      ) : (
        <Chart
          label={words.overview.requests}
          at={samples.slice(1).map(({ at }) => at)}
          height={140}
          lines={[
            {
              label: words.overview.perSecond,
              values: rates.map((rate) => Math.round(rate * 10) / 10),
              tone: 'accent',
            },
          ]}
        />
      )}
    </Panel>
  )
}

async function countRequests(): Promise<number> {
  const text = await (await fetch('/metrics')).text()
  const counts = text.matchAll(/^loggia_http_request_duration_seconds_count\{[^}]*\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}
