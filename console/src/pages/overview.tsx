import { ask } from '../api/request.ts'
import { useLoad } from '../api/use-load.ts'
import { usePages } from '../api/use-pages.ts'
import { usePerson } from '../api/use-session.ts'
import { Link } from '../shell/link.tsx'
import { useFormat } from '../ui/format.ts'
import { LoadedList } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { AlertsGraph, FlowGraph, QueueDepths, RequestsGraph } from './overview-graphs.tsx'

const LIVE_MS = 5_000

/** The house at a glance. */
export function Overview() {
  const words = useWords()
  const { username, role } = usePerson()
  const isAdmin = role === 'admin'
  const queues = useLoad(isAdmin ? ask('GET /api/v1/queues', {}) : null, { everyMs: LIVE_MS })
  const tasks = usePages(ask('GET /api/v1/tasks', { query: { done: false, limit: 100 } }), {
    everyMs: LIVE_MS,
  })
  const alerts = usePages(ask('GET /api/v1/alerts', { query: { limit: 100 } }), { everyMs: LIVE_MS })
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
        <Figure name={words.overview.alertsToday} {...todays(alerts.data)} />
      </ul>
      <div className="panels">
        <div>
          {isAdmin && <QueueDepths queues={queues} />}
          {isAdmin && <FlowGraph queues={queues.data?.items} />}
          <RequestsGraph />
        </div>
        <div>
          <NextTasks tasks={tasks} />
          <AlertsGraph alerts={alerts.data ?? []} />
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
      <strong>{value === undefined ? '…' : `${format.number(value)}${isMore ? '+' : ''}`}</strong>
      <span>{name}</span>
    </>
  )
  return (
    <li className={isBad ? 'figure bad' : 'figure'}>
      {href ? <Link href={href}>{content}</Link> : <div>{content}</div>}
    </li>
  )
}

function todays(alerts: { created_at: string }[] | undefined): {
  value: number | undefined
  isMore: boolean
} {
  const morning = new Date().setHours(0, 0, 0, 0)
  const value = alerts?.filter(({ created_at }) => Date.parse(created_at) >= morning).length
  return { value, isMore: value === 100 }
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
