import { useEffect, useState } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { useLoad } from '../api/use-load.ts'
import { Chart } from '../ui/chart.tsx'
import { Choice } from '../ui/choice.tsx'
import { Curl } from '../ui/curl.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Panel } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { lastWholeOnes, SPAN_SECONDS, timestampOf } from './minutes.ts'

type QueueFacts = Answer<'GET /api/v1/queues/{name}'>
type Span = keyof typeof SPAN_SECONDS

const DEPTHS_MAX = 150
const DEPTH_SECONDS = 300
const SHOWN = { minute: 60, hour: 30 * 24 }

/** As long as the page is open: the server keeps what went in and out, not how much there was. */
export function QueueDepth({ queue }: { queue: QueueFacts | undefined }) {
  const words = useWords()
  const [samples, setSamples] = useState<{ at: number; waiting: number; dead: number }[]>([])
  useEffect(() => {
    if (queue === undefined) return
    const { waiting, dead } = queue
    setSamples((before) => [...before, { at: Date.now() / 1000, waiting, dead }].slice(-DEPTHS_MAX))
  }, [queue])
  const { waiting, dead } = words.queues.states
  const now = samples.at(-1)?.at ?? Date.now() / 1000
  return (
    <Panel title={words.queues.depth}>
      <Chart
        label={words.queues.depth}
        at={[now - DEPTH_SECONDS, ...samples.map(({ at }) => at)]}
        lines={[
          { label: waiting, values: [null, ...samples.map((sample) => sample.waiting)], tone: 'accent' },
          { label: dead, values: [null, ...samples.map((sample) => sample.dead)], tone: 'bad' },
        ]}
      />
    </Panel>
  )
}

export function QueueFlow({ name }: { name: string }) {
  const words = useWords()
  const [by, setBy] = useState<Span>('minute')
  const at = lastWholeOnes(by, SHOWN[by])
  const query = { by, from: hourBefore(at[0] ?? 0) }
  const request = ask('GET /api/v1/queues/{name}/history', { params: { name }, query })
  const history = useLoad(request, { everyMs: 5_000 })
  return (
    <Panel
      title={words.queues.flow}
      actions={
        <>
          <Choice
            label={words.queues.by}
            isLabelUnseen
            options={words.queues.spans}
            value={by}
            onChange={setBy}
          />
          <Curl request={request} />
        </>
      }
    >
      <Loaded of={history}>
        {({ items }) => {
          const byTime = new Map(items.map((row) => [Date.parse(row.at) / 1000, row]))
          const count = (what: 'pushed' | 'acked') => at.map((time) => byTime.get(time)?.[what] ?? 0)
          return (
            <Chart
              label={words.queues.flow}
              at={at}
              lines={[
                { label: words.queues.pushed, values: count('pushed'), tone: 'accent' },
                { label: words.queues.acked, values: count('acked'), tone: 'good' },
              ]}
            />
          )
        }}
      </Loaded>
    </Panel>
  )
}

/** By the hour, or the request would be another one each minute. */
function hourBefore(epochSeconds: number): string {
  return timestampOf(Math.floor(epochSeconds / SPAN_SECONDS.hour) * SPAN_SECONDS.hour)
}
