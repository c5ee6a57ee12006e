import { memo, useState } from 'react'
import { ask } from '../api/request.ts'
import { type Entry, useAlerts } from '../api/use-alerts.ts'
import { Curl } from '../ui/curl.tsx'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { Empty, Panel } from '../ui/page.tsx'
import { PressButton } from '../ui/press-button.tsx'
import { useWords } from '../words/use-words.tsx'

const LOOKS = { connecting: 'plain', live: 'pulse', reconnecting: 'bad' }

/** The newest alerts, in a window of their own that scrolls: however many come, the page stays in place. */
export function LiveAlerts() {
  const words = useWords()
  const [isPaused, setIsPaused] = useState(false)
  const { entries, held, state, error, reload } = useAlerts(isPaused)
  return (
    <Panel
      title={words.alerts.live}
      actions={
        <>
          <span className={`mark ${isPaused ? 'plain' : LOOKS[state]}`} role="status">
            {isPaused ? words.alerts.paused(held) : words.alerts.states[state]}
          </span>
          <PressButton
            label={isPaused ? words.alerts.resume : words.alerts.pause}
            isSmall
            onPress={() => setIsPaused(!isPaused)}
          />
          <Curl request={ask('GET /api/v1/alerts', { query: { limit: 50 } })} />
        </>
      }
    >
      {state === 'reconnecting' && <p className="message plain">{words.alerts.reconnecting}</p>}
      {error && <Failure error={error} retry={reload} />}
      {entries === undefined && !error && (
        <p className="working" role="status">
          {words.common.loading}
        </p>
      )}
      {entries?.length === 0 && <Empty>{words.alerts.empty}</Empty>}
      {entries !== undefined && entries.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which a keyboard must reach.
        <ul className="rows alerts" tabIndex={0} aria-label={words.alerts.live}>
          {entries.map((entry) => (
            <EntryRow key={entry.kind === 'alert' ? entry.alert.id : `gap${entry.gap.from}`} entry={entry} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

/** Of two hundred rows, few are new. */
const EntryRow = memo(function EntryRow({ entry }: { entry: Entry }) {
  const words = useWords()
  const arrived = entry.isNews ? 'arrived' : ''
  if (entry.kind === 'gap')
    return (
      <li className={`gap ${arrived}`}>
        <span className="mark bad">{words.alerts.gap}</span>
        <span className="about">{words.alerts.gapRange(entry.gap.from, entry.gap.to)}</span>
      </li>
    )
  const { detection, rule, created_at } = entry.alert
  return (
    <li className={arrived}>
      <div className="what">
        <strong>
          {detection.make} {detection.model} <span className="about">{detection.year}</span>
        </strong>
        <span className="about">{detection.category}</span>
      </div>
      <span className="mark warm">{rule}</span>
      <span className="about">
        <Moment at={created_at} />
      </span>
    </li>
  )
})
