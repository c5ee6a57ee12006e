import { useEffect, useState } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { navigate } from '../shell/route.ts'
import { Chart } from '../ui/chart.tsx'
import { Choice } from '../ui/choice.tsx'
import { Curl } from '../ui/curl.tsx'
import { useFormat } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { NameToConfirm } from '../ui/name-to-confirm.tsx'
import { tell } from '../ui/news.tsx'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { DeadLetters } from './dead-letters.tsx'
import { lastMinutes, minuteOf } from './minutes.ts'
import { PushMessage } from './push-message.tsx'
import { BrowseMessages } from './queue-messages.tsx'
import { QueueSettings } from './queues.tsx'

type QueueFacts = Answer<'GET /api/v1/queues/{name}'>

const DEPTHS_MAX = 120

export function Queue({ id: name }: { id: string }) {
  const words = useWords()
  const request = ask('GET /api/v1/queues/{name}', { params: { name } })
  const queue = useLoad(request, { everyMs: 2_000 })
  return (
    <Page
      title={name}
      lead={words.queues.oneLead}
      actions={
        <>
          <Curl request={request} />
          <OpenSheet label={words.queues.push} look="main">
            {(close) => <PushMessage name={name} onPushed={() => queue.reload().then(close)} />}
          </OpenSheet>
          {queue.data && <QueueActs queue={queue.data} reload={queue.reload} />}
        </>
      }
    >
      <Loaded of={queue}>{(facts) => <States queue={facts} />}</Loaded>
      <div className="panels">
        <DepthGraph queue={queue.data} />
        <FlowOf name={name} />
      </div>
      <DeadLetters name={name} dead={queue.data?.dead ?? 0} onRepaired={queue.reload} />
      <BrowseMessages name={name} stamp={queue.data ? stampOf(queue.data) : ''} />
    </Page>
  )
}

/** Changes when the messages do, as far as their counts tell. */
function stampOf({ waiting, leased, delayed, dead }: QueueFacts): string {
  return [waiting, leased, delayed, dead].join()
}

function States({ queue }: { queue: QueueFacts }) {
  const words = useWords()
  const format = useFormat()
  return (
    <ul className="figures">
      {(['waiting', 'leased', 'delayed', 'dead'] as const).map((state) => (
        <li key={state} className={state === 'dead' && queue.dead > 0 ? 'figure bad' : 'figure'}>
          <div>
            <strong>{format.number(queue[state])}</strong>
            <span>{words.queues.states[state]}</span>
          </div>
        </li>
      ))}
    </ul>
  )
}

function QueueActs({ queue, reload }: { queue: QueueFacts; reload: () => Promise<void> }) {
  const words = useWords()
  const { name } = queue
  const params = { name }
  return (
    <>
      <OpenSheet label={words.queues.settings} isSmall>
        {(close) => <QueueSettings queue={queue} onDone={() => reload().then(close)} />}
      </OpenSheet>
      <OpenSheet label={words.queues.purge} isSmall look="bad">
        {(close) => (
          <NameToConfirm
            name={name}
            lead={words.queues.purgeLead}
            submit={words.queues.purge}
            request={(typed) => ask('POST /api/v1/queues/{name}/purge', { params, body: { name: typed } })}
            work={async (typed) => {
              const { purged } = await call(
                ask('POST /api/v1/queues/{name}/purge', { params, body: { name: typed } }),
              )
              tell(words.queues.purged(purged))
              await reload()
              close()
            }}
          />
        )}
      </OpenSheet>
      <OpenSheet label={words.queues.remove} isSmall look="bad">
        {() => (
          <NameToConfirm
            name={name}
            lead={words.queues.removeLead}
            submit={words.queues.remove}
            request={() => ask('DELETE /api/v1/queues/{name}', { params })}
            work={async () => {
              await call(ask('DELETE /api/v1/queues/{name}', { params }))
              navigate('/queues')
            }}
          />
        )}
      </OpenSheet>
    </>
  )
}

/** As long as the page is open: the server keeps what went in and out, not how much there was. */
function DepthGraph({ queue }: { queue: QueueFacts | undefined }) {
  const words = useWords()
  const [samples, setSamples] = useState<{ at: number; waiting: number; dead: number }[]>([])
  useEffect(() => {
    if (queue === undefined) return
    const { waiting, dead } = queue
    setSamples((before) => [...before, { at: Date.now() / 1000, waiting, dead }].slice(-DEPTHS_MAX))
  }, [queue])
  return (
    <Panel title={words.queues.depth}>
      {samples.length < 2 ? (
        <p className="working">{words.overview.measuring}</p>
      ) : (
        <Chart
          label={words.queues.depth}
          at={samples.map(({ at }) => at)}
          lines={[
            {
              label: words.queues.states.waiting,
              values: samples.map(({ waiting }) => waiting),
              tone: 'accent',
            },
            { label: words.queues.states.dead, values: samples.map(({ dead }) => dead), tone: 'bad' },
          ]}
        />
      )}
    </Panel>
  )
}

function FlowOf({ name }: { name: string }) {
  const words = useWords()
  const [by, setBy] = useState<'minute' | 'hour'>('minute')
  const request = ask('GET /api/v1/queues/{name}/history', { params: { name }, query: { by } })
  const history = useLoad(request, { everyMs: 5_000 })
  return (
    <Panel
      title={words.queues.flow}
      actions={
        <Choice
          label={words.queues.by}
          isLabelUnseen
          options={words.queues.spans}
          value={by}
          onChange={setBy}
        />
      }
    >
      <Loaded of={history}>
        {({ items }) => {
          const byTime = new Map(items.map((row) => [minuteOf(row.at), row]))
          const at = by === 'minute' ? lastMinutes(60) : items.map((row) => minuteOf(row.at))
          return (
            <Chart
              label={words.queues.flow}
              at={at}
              lines={[
                {
                  label: words.queues.pushed,
                  values: at.map((time) => byTime.get(time)?.pushed ?? 0),
                  tone: 'accent',
                },
                {
                  label: words.queues.acked,
                  values: at.map((time) => byTime.get(time)?.acked ?? 0),
                  tone: 'good',
                },
              ]}
            />
          )
        }}
      </Loaded>
    </Panel>
  )
}
