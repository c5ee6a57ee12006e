import { ProgressBar } from 'react-aria-components/ProgressBar'
import type { Answer } from '../api/request.ts'
import { useWords } from '../words/use-words.tsx'

type DocumentFacts = Answer<'GET /api/v1/documents/{id}'>

export function DocumentState({ document }: { document: DocumentFacts }) {
  const words = useWords()
  const { state, progress, error } = document
  if (state === 'ready') return <span className="mark">{words.documents.states.ready}</span>
  if (state === 'failed')
    return (
      <span className="mark bad" title={error ?? undefined}>
        {words.documents.states.failed}
      </span>
    )
  return (
    <ProgressBar className="progress" aria-label={words.documents.states[state]} value={progress}>
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width={progress} height="8" />
      </svg>
      <span>
        {words.documents.states[state]} {progress} %
      </span>
    </ProgressBar>
  )
}
