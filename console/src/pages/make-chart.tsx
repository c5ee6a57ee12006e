import { ToggleButton } from 'react-aria-components/ToggleButton'
import { ask } from '../api/request.ts'
import { useLoad } from '../api/use-load.ts'
import { Curl } from '../ui/curl.tsx'
import { useFormat } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Empty, Panel } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'

const SHOWN_MAX = 10
const STATS = ask('GET /api/v1/detections/stats', { query: { by: 'make' } })

interface Props {
  chosen: string | null
  onChoose: (make: string | null) => void
}

/** How often each make was seen, the most seen first; one that is pressed narrows the list of detections. */
export function MakeChart({ chosen, onChoose }: Props) {
  const words = useWords()
  const format = useFormat()
  const stats = useLoad(STATS, { everyMs: 3_000 })
  return (
    <Panel title={words.alerts.byMake} actions={<Curl request={STATS} />}>
      <Loaded of={stats}>
        {({ items }) => {
          if (items.length === 0) return <Empty>{words.alerts.noDetections}</Empty>
          const most = Math.max(...items.map(({ count }) => count))
          return (
            <ul className="makes">
              {items.slice(0, SHOWN_MAX).map(({ make = '', count }) => (
                <li key={make}>
                  <ToggleButton
                    className="make"
                    isSelected={make === chosen}
                    onChange={(isChosen) => onChoose(isChosen ? make : null)}
                  >
                    <span className="make-name">{make}</span>
                    <svg className="bar-of" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                      <rect className="tone-accent" width={(count / most) * 100} height="8" />
                    </svg>
                    <strong>{format.number(count)}</strong>
                  </ToggleButton>
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
    </Panel>
  )
}
