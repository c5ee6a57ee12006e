import { type Answer, ask } from '../api/request.ts'
import type { Loading } from '../api/use-reading.ts'
import { Link } from '../shell/link.tsx'
import { Curl } from '../ui/curl.tsx'
import { useFormat } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Empty, Panel } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'

type QueueList = Answer<'GET /api/v1/queues'>
type Queue = QueueList['items'][number]

const SHOWN_MAX = 8
const STATES = ['waiting', 'leased', 'delayed', 'dead'] as const
const TONES = { waiting: 'accent', leased: 'good', delayed: 'edge', dead: 'bad' }

/** The deepest queues, each as a bar of what its messages do. */
export function QueueDepths({ queues }: { queues: Loading<QueueList> }) {
  const words = useWords()
  return (
    <Panel
      title={words.overview.depths}
      actions={
        <>
          <Curl request={ask('GET /api/v1/queues', {})} />
          <Link href="/queues">{words.overview.all}</Link>
        </>
      }
    >
      <Loaded of={queues}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>
              <Link href="/queues">{words.overview.noQueues}</Link>
            </Empty>
          ) : (
            <DepthBars queues={items} />
          )
        }
      </Loaded>
    </Panel>
  )
}

function DepthBars({ queues }: { queues: Queue[] }) {
  const words = useWords()
  const format = useFormat()
  const deepest = queues.toSorted((one, other) => depthOf(other) - depthOf(one)).slice(0, SHOWN_MAX)
  const most = Math.max(1, ...deepest.map(depthOf))
  return (
    <>
      <ul className="depths">
        {deepest.map((queue) => (
          <li key={queue.name}>
            <Link href={`/queues/${queue.name}`}>{queue.name}</Link>
            <span className="about">
              {queue.dead > 0 && (
                <span className="mark bad">
                  {words.queues.states.dead} {format.number(queue.dead)}
                </span>
              )}{' '}
              {format.number(depthOf(queue))}
            </span>
            <Bar queue={queue} most={most} />
          </li>
        ))}
      </ul>
      <p className="keys">
        {STATES.map((state) => (
          <span key={state} className={`key ${TONES[state]}`}>
            {words.queues.states[state]}
          </span>
        ))}
      </p>
    </>
  )
}

function Bar({ queue, most }: { queue: Queue; most: number }) {
  let x = 0
  const parts = STATES.map((state) => {
    const part = { state, x, width: (queue[state] / most) * 100 }
    x += part.width
    return part
  })
  return (
    <svg className="bar-of" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      {parts.map(({ state, ...place }) => (
        <rect key={state} className={`tone-${TONES[state]}`} {...place} height="8" />
      ))}
    </svg>
  )
}

function depthOf({ waiting, leased, delayed, dead }: Queue): number {
  return waiting + leased + delayed + dead
}
