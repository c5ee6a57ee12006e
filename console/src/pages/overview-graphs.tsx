import { useEffect, useState } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { call, session } from '../api/session.ts'
import type { useRecentAlerts } from '../api/use-recent-alerts.ts'
import type { Rates } from '../api/use-request-rate.ts'
import { Link } from '../shell/link.tsx'
import { Chart } from '../ui/chart.tsx'
import { Panel } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { lastOnes, lastWholeOnes, minuteOf, timestampOf } from './minutes.ts'

type History = Answer<'GET /api/v1/queues/{name}/history'>['items']

const FLOW_MS = 10_000
const MINUTES = 60
/** One request each, so not of a thousand queues. */
const QUEUES_MAX = 20
const RATE_SECONDS = 300

/** In and out of all queues together, minute by minute. */
export function FlowGraph({ queues }: { queues: { name: string }[] | undefined }) {
  const words = useWords()
  const flow = useFlow(queues?.slice(0, QUEUES_MAX).map(({ name }) => name) ?? [])
  const minutes = lastWholeOnes('minute', MINUTES)
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

function useFlow(names: string[]): History {
  const key = names.join('\n')
  const [flow, setFlow] = useState<History>([])
  useEffect(() => {
    let isWanted = true
    async function read() {
      if (document.hidden || session.state().phase !== 'signed-in') return
      const query = { by: 'minute', from: timestampOf(lastWholeOnes('minute', MINUTES)[0] ?? 0) } as const
      const histories = await Promise.all(
        key
          .split('\n')
          .filter(Boolean)
          .map((name) => call(ask('GET /api/v1/queues/{name}/history', { params: { name }, query }))),
      )
      if (isWanted) setFlow(histories.flatMap(({ items }) => items))
    }
    const quietly = () => read().catch(() => {})
    quietly()
    const timer = setInterval(quietly, FLOW_MS)
    return () => {
      isWanted = false
      clearInterval(timer)
    }
  }, [key])
  return flow
}

/** Minutes of which not every alert is known are left blank. */
export function AlertsGraph({ alerts }: { alerts: ReturnType<typeof useRecentAlerts> }) {
  const words = useWords()
  const minutes = lastOnes('minute', MINUTES)
  const { times, since } = alerts ?? { times: [], since: Number.POSITIVE_INFINITY }
  const values = minutes.map((minute) =>
    minute + 60 <= since ? null : times.filter((time) => time >= minute && time < minute + 60).length,
  )
  return (
    <Panel title={words.overview.alertsPerMinute} actions={<Link href="/alerts">{words.overview.all}</Link>}>
      <Chart
        label={words.overview.alertsPerMinute}
        at={minutes}
        height={140}
        lines={[{ label: words.menu.alerts, values, tone: 'bad', isBar: true }]}
      />
    </Panel>
  )
}

/** Of this process, the last five minutes at most; the line grows from the right. */
export function RequestsGraph({ at, perSecond }: Rates) {
  const words = useWords()
  const now = at.at(-1) ?? Date.now() / 1000
  return (
    <Panel title={words.overview.requests}>
      <Chart
        label={words.overview.requests}
        at={[now - RATE_SECONDS, ...at]}
        height={140}
        lines={[{ label: words.overview.perSecond, values: [null, ...perSecond], tone: 'accent' }]}
      />
    </Panel>
  )
}
