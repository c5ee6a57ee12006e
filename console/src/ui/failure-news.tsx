import { useSyncExternalStore } from 'react'
import { Button } from 'react-aria-components/Button'
import { useWords } from '../words/use-words.tsx'
import { Failure } from './failure.tsx'
import { passingFailure, showFailure } from './passing-failure.ts'

export function FailureNews() {
  const words = useWords()
  const failure = useSyncExternalStore(passingFailure.onChange, passingFailure.current)
  if (failure === null) return null
  return (
    <div className="failure-news">
      <Failure error={failure} />
      <Button className="small" onPress={() => showFailure(null)}>
        {words.common.close}
      </Button>
    </div>
  )
}
