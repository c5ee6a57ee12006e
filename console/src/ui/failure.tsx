import { ApiError } from '../api/request.ts'
import type { Words } from '../words/en.ts'
import { useWords } from '../words/use-words.tsx'
import { Act } from './act.tsx'

/** What went wrong, what to do next, and the id to ask about. */
export function Failure({ error, retry }: { error: Error; retry?: () => Promise<void> }) {
  const words = useWords()
  const { sentence, next, requestId } = explain(error, words)
  return (
    <div className="message failure-box" role="alert">
      <p>
        <strong>{sentence}</strong> {next}
      </p>
      {requestId && (
        <small>
          {words.error.request} <code>{requestId}</code>
        </small>
      )}
      {retry && <Act work={retry} label={words.error.retry} isSmall />}
    </div>
  )
}

function explain(error: Error, { error: words }: Words) {
  if (error instanceof SyntaxError) return { sentence: words.badJson, next: error.message }
  if (!(error instanceof ApiError)) return { sentence: words.unexpected, next: error.message }
  const { status, message, code, requestId, errors } = error
  const members = errors.map(({ pointer, detail }) => `${pointer ?? ''} ${detail ?? ''}`.trim()).join(' ')
  if (status === 0) return { sentence: words.unreachable, next: words.unreachableNext }
  const next =
    status >= 500
      ? words.serverNext
      : status === 429
        ? words.tooManyNext
        : status === 403
          ? words.forbiddenNext
          : status === 404
            ? words.goneNext
            : members
  return { sentence: words.codes[code] ?? message, next, requestId }
}
