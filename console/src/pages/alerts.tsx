import { useState } from 'react'
import { usePerson } from '../api/use-session.ts'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Page } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { AlertRules } from './alert-rules.tsx'
import { Detections } from './detections.tsx'
import { LiveAlerts } from './live-alerts.tsx'
import { MakeChart } from './make-chart.tsx'
import { RecordDetection } from './record-detection.tsx'
import { Webhooks } from './webhooks.tsx'

export function Alerts() {
  const words = useWords()
  const { role } = usePerson()
  const [recorded, setRecorded] = useState(0)
  const [make, setMake] = useState<string | null>(null)
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
        <div>
          <LiveAlerts />
        </div>
        <div>
          <MakeChart chosen={make} onChoose={setMake} />
          {role === 'admin' && <AlertRules />}
        </div>
      </div>
      {role === 'admin' && <Webhooks />}
      <Detections stamp={recorded} make={make} onAnyMake={() => setMake(null)} />
    </Page>
  )
}
