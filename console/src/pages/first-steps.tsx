import { Link } from '../shell/link.tsx'
import { Panel } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'

const WHERE = { queue: '/queues', alert: '/alerts', store: '/stores', key: '/account' } as const

/** Of a house in which nothing has been done yet. */
export function FirstSteps() {
  const words = useWords()
  return (
    <Panel title={words.overview.firstSteps} className="first-steps">
      <ol>
        {(Object.keys(WHERE) as (keyof typeof WHERE)[]).map((step) => (
          <li key={step}>
            <Link href={WHERE[step]}>{words.overview.steps[step][0]}</Link>
            <span className="about below">{words.overview.steps[step][1]}</span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
