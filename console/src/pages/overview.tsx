import { ask } from '../api/request.ts'
import { useLoad } from '../api/use-load.ts'
import { usePages } from '../api/use-pages.ts'
import { useRecentAlerts } from '../api/use-recent-alerts.ts'
import { useRequestRate } from '../api/use-request-rate.ts'
import { usePerson } from '../api/use-session.ts'
import { Link } from '../shell/link.tsx'
import { useFormat } from '../ui/format.ts'
import { LoadedList } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { FirstSteps } from './first-steps.tsx'
import { AlertsGraph, FlowGraph, RequestsGraph } from './overview-graphs.tsx'
import { QueueDepths } from './queue-depths.tsx'

const LIVE_MS = 5_000
const HOUR_SECONDS = 3_600

/** The house at a glance. */
export function Overview() {
  const words = useWords()
  const { username, role } = usePerson()
  const isAdmin = role === 'admin'
  const queues = useLoad(isAdmin ? ask('GET /api/v1/queues', {}) : null, { everyMs: LIVE_MS })
  const tasks = usePages(ask('GET /api/v1/tasks', { query: { done: false, limit: 100 } }), {
    everyMs: LIVE_MS,
  })
  const alerts = useRecentAlerts(HOUR_SECONDS)
  const rates = useRequestRate()
  const isNew = [queues.data?.items, tasks.data, alerts?.times].every((list) => list?.length === 0)
  return (
    <Page title={words.overview.title(username)} lead={words.overview.lead}>
      <ul className="figures">
        <Figure
          name={words.overview.openTasks}
          value={tasks.data?.length}
          isMore={tasks.more !== undefined}
          href="/tasks"
        />
        {isAdmin && <QueueFigures queues={queues.data?.items} isMore={queues.data?.next_cursor != null} />}
        <Figure
          name={words.overview.alertsThisHour}
          value={alerts?.times.length}
          isMore={alerts !== null && alerts.since > Date.now() / 1000 - HOUR_SECONDS + 60}
          href="/alerts"
        />
        <DetectionsFigure />
        <Figure name={words.overview.requestsPerSecond} value={rates.perSecond.at(-1)} />
      </ul>
      {isAdmin && isNew && <FirstSteps />}
      <div className="panels">
        <div>
          {isAdmin && <QueueDepths queues={queues} />}
          {isAdmin && <FlowGraph queues={queues.data?.items} />}
          {!isAdmin && <NextTasks tasks={tasks} />}
        </div>
        <div>
          <AlertsGraph alerts={alerts} />
          <RequestsGraph {...rates} />
          {isAdmin && <NextTasks tasks={tasks} />}
        </div>
      </div>
    </Page>
  )
}

type Queues = { waiting: number; leased: number; delayed: number; dead: number }[]

function QueueFigures({ queues, isMore }: { queues: Queues | undefined; isMore: boolean }) {
  const words = useWords()
  const total = (state: keyof Queues[number]) => queues?.reduce((sum, queue) => sum + queue[state], 0)
  return (
    <>
      <Figure name={words.overview.waiting} value={total('waiting')} isMore={isMore} href="/queues" />
      <Figure
        name={words.overview.dead}
        value={total('dead')}
        isMore={isMore}
        href="/queues"
        isBad={(total('dead') ?? 0) > 0}
      />
    </>
  )
}

function DetectionsFigure() {
  const words = useWords()
  const query = { by: 'make', from: morning() } as const
  const stats = useLoad(ask('GET /api/v1/detections/stats', { query }), { everyMs: LIVE_MS })
  const value = stats.data?.items.reduce((sum, { count }) => sum + count, 0)
  return <Figure name={words.overview.detectionsToday} value={value} href="/alerts" />
}

/** Detections are counted by hours of UTC: where a day begins within one, that one is whole. */
function morning(): string {
  const today = new Date()
  today.setHours(0, 0, 0, 0)
  today.setUTCMinutes(0)
  return today.toISOString()
}

interface FigureProps {
  name: string
  value: number | undefined
  isMore?: boolean
  isBad?: boolean
  href?: string
}

/** A number under an arch. */
function Figure({ name, value, isMore = false, isBad = false, href }: FigureProps) {
  const format = useFormat()
  const content = (
    <>
      <strong>{value === undefined ? '…' : `${format.short(value)}${isMore ? '+' : ''}`}</strong>
      <span>{name}</span>
    </>
  )
  return (
    <li className={isBad ? 'figure bad' : 'figure'}>
      {href ? <Link href={href}>{content}</Link> : <div>{content}</div>}
    </li>
  )
}

function NextTasks({ tasks }: { tasks: ReturnType<typeof usePages<'GET /api/v1/tasks'>> }) {
  const words = useWords()
  return (
    <Panel title={words.overview.myTasks} actions={<Link href="/tasks">{words.overview.all}</Link>}>
      <LoadedList
        of={{ ...tasks, more: undefined }}
        empty={<Link href="/tasks">{words.overview.noTasks}</Link>}
      >
        {(items) => (
          <ul className="rows">
            {items.slice(0, 5).map(({ id, text, created_at }) => (
              <li key={id}>
                <span className="what">{text}</span>
                <span className="about">
                  <Moment at={created_at} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </LoadedList>
    </Panel>
  )
}
