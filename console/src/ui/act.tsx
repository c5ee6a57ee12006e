import { useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { ApiError, type ApiRequest, type Operation } from '../api/request.ts'
import { confirmPassword } from '../shell/confirm-password.tsx'
import { useWords } from '../words/use-words.tsx'
import { Curl } from './curl.tsx'
import { showFailure } from './failure-news.tsx'

interface Props {
  label: string
  /** For screen readers, where the label leaves open what it acts on. */
  name?: string
  /** A failure is shown, and a password asked for where one is needed. */
  work: () => Promise<unknown>
  look?: 'main' | 'bad' | 'plain'
  isSmall?: boolean
  /** The same as a command. */
  request?: ApiRequest<Operation>
}

/** A button with its work, once at a time. It keeps the focus while it works. */
export function Act({ label, name, work, look = 'plain', isSmall = false, request }: Props) {
  const [isWorking, setIsWorking] = useState(false)
  const words = useWords()

  async function act() {
    setIsWorking(true)
    try {
      await withFreshSignIn(work)
    } catch (error) {
      showFailure(error as Error)
    } finally {
      setIsWorking(false)
    }
  }
  return (
    <>
      <Button
        className={`${look} ${isSmall ? 'small' : ''}`}
        isPending={isWorking}
        onPress={act}
        {...(name === undefined ? {} : { 'aria-label': name })}
      >
        {isWorking ? words.common.working : label}
      </Button>
      {request && <Curl request={request} />}
    </>
  )
}

/** Some work asks for a password given lately: it is asked for, and the work done again. */
export async function withFreshSignIn<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'fresh_token_required') throw error
    if (!(await confirmPassword())) throw error
    return work()
  }
}
