import { useSyncExternalStore } from 'react'
import { Button } from 'react-aria-components/Button'
import { useWords } from '../words/use-words.tsx'
import { Failure } from './failure.tsx'

const listeners = new Set<() => void>()
let failure: Error | null = null

/** For work without a place of its own to say that it failed. */
export function showFailure(error: Error | null): void {
  failure = error
  for (const listener of listeners) listener()
}

export function FailureNews() {
  const words = useWords()
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => failure,
  )
  if (current === null) return null
  return (
    <div className="failure-news">
      <Failure error={current} />
      <Button className="small" onPress={() => showFailure(null)}>
        {words.common.close}
      </Button>
    </div>
  )
}
