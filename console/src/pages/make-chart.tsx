import { ask } from '../api/request.ts'
import { useLoad } from '../api/use-load.ts'
import { Curl } from '../ui/curl.tsx'
import { useFormat } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { Empty, Panel } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'

const SHOWN_MAX = 10
const STATS = ask('GET /api/v1/detections/stats', { query: { by: 'make' } })

/** How often each make was seen, the most seen first. */
export function MakeChart() {
  const words = useWords()
  const format = useFormat()
  const stats = useLoad(STATS, { everyMs: 3_000 })
  return (
    <Panel title={words.alerts.byMake} actions={<Curl request={STATS} />}>
      <Loaded of={stats}>
        {({ items }) => {
          if (items.length === 0) return <Empty>{words.alerts.noDetections}</Empty>
          const most = Math.max(...items.map(({ count }) => count))
          const first = items.toSorted((one, other) => other.count - one.count).slice(0, SHOWN_MAX)
          return (
            <ul className="depths">
              {first.map(({ make, count }) => (
                <li key={make}>
                  <span>{make}</span>
                  <strong>{format.number(count)}</strong>
                  <svg className="bar-of" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect className="good" width={(count / most) * 100} height="8" />
                  </svg>
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
    </Panel>
  )
}
