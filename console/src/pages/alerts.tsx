import { useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { ask } from '../api/request.ts'
import { type Entry, useAlerts } from '../api/use-alerts.ts'
import { usePerson } from '../api/use-session.ts'
import { Curl } from '../ui/curl.tsx'
import { Failure } from '../ui/failure.tsx'
import { Moment } from '../ui/moment.tsx'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Empty, Page, Panel } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { AlertRules } from './alert-rules.tsx'
import { Detections } from './detections.tsx'
import { MakeChart } from './make-chart.tsx'
import { RecordDetection } from './record-detection.tsx'

export function Alerts() {
  const words = useWords()
  const { role } = usePerson()
  const [recorded, setRecorded] = useState(0)
  return (
    <Page
      title={words.menu.alerts}
      lead={words.alerts.lead}
      actions={
        <OpenSheet label={words.alerts.record} look="main">
          {(close) => (
            <RecordDetection
              onDone={() => {
                setRecorded(recorded + 1)
                close()
              }}
            />
          )}
        </OpenSheet>
      }
    >
      <div className="panels">
        <LiveTable />
        <div>
          <MakeChart />
          {role === 'admin' && <AlertRules />}
          <Detections stamp={recorded} />
        </div>
      </div>
    </Page>
  )
}

function LiveTable() {
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
          <Button className="small" onPress={() => setIsPaused(!isPaused)}>
            {isPaused ? words.alerts.resume : words.alerts.pause}
          </Button>
          <Curl request={ask('GET /api/v1/alerts', { query: { limit: 50 } })} />
        </>
      }
    >
      {state === 'reconnecting' && <p className="message plain">{words.alerts.reconnecting}</p>}
      {error && <Failure error={error} retry={reload} />}
      {entries.length === 0 && !error ? (
        <Empty>{words.alerts.empty}</Empty>
      ) : (
        <ul className="rows">
          {entries.map((entry) => (
            <EntryRow key={entry.kind === 'alert' ? entry.alert.id : `gap${entry.gap.from}`} entry={entry} />
          ))}
        </ul>
      )}
    </Panel>
  )
}

const LOOKS = { connecting: 'plain', live: 'pulse', reconnecting: 'bad' }

function EntryRow({ entry }: { entry: Entry }) {
  const words = useWords()
  if (entry.kind === 'gap')
    return (
      <li className="gap">
        <span className="mark bad">{words.alerts.gap}</span>
        <span className="about">{words.alerts.gapRange(entry.gap.from, entry.gap.to)}</span>
      </li>
    )
  const { detection, rule, created_at } = entry.alert
  return (
    <li>
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
}
