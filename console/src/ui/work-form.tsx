import { type FormEvent, type ReactNode, useRef, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { Form } from 'react-aria-components/Form'
import { withFreshSignIn } from '../api/fresh-sign-in.ts'
import { ApiError, type ApiRequest, type Operation } from '../api/request.ts'
import { useWords } from '../words/use-words.tsx'
import { Curl } from './curl.tsx'
import { Failure } from './failure.tsx'

export type Values = Partial<Record<string, string>>

interface Props {
  submit: string
  work: (values: Values) => Promise<unknown>
  /** The same as a command; throws where the values make no request. */
  request?: (values: Values) => ApiRequest<Operation>
  children: ReactNode
  className?: string
  look?: 'main' | 'bad'
  /** Emptied once its work is done. */
  isReused?: boolean
  /** Beside the button. */
  more?: ReactNode
}

/** A form with its work: wrong members are told beside their fields, anything else above them. */
export function WorkForm({
  submit,
  work,
  request,
  children,
  className = '',
  look = 'main',
  isReused = false,
  more,
}: Props) {
  const words = useWords()
  const form = useRef<HTMLFormElement>(null)
  const [isWorking, setIsWorking] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const wrong = wrongMembers(error)

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    if (isWorking) return
    const element = event.currentTarget
    setIsWorking(true)
    setError(null)
    try {
      await withFreshSignIn(() => work(valuesOf(element)))
      if (isReused) element.reset()
    } catch (thrown) {
      setError(thrown as Error)
    } finally {
      setIsWorking(false)
    }
  }

  return (
    <Form ref={form} className={className} onSubmit={onSubmit} validationErrors={wrong.byName}>
      {error && wrong.isElsewhere(form.current) && <Failure error={error} />}
      {children}
      <div className="act">
        <Button type="submit" className={look} isPending={isWorking}>
          {isWorking ? words.common.working : submit}
        </Button>
        {more}
        {request && <Curl request={() => request(form.current ? valuesOf(form.current) : {})} />}
      </div>
    </Form>
  )
}

function valuesOf(form: HTMLFormElement): Values {
  const entries = [...new FormData(form)].map(([name, value]) => [name, String(value)])
  return Object.fromEntries(entries)
}

function wrongMembers(error: Error | null) {
  const byName: Record<string, string> = {}
  if (error instanceof ApiError) {
    for (const { pointer = '', detail = '' } of error.errors) byName[pointer.split('/').at(-1) ?? ''] = detail
  }
  const names = Object.keys(byName)
  return {
    byName,
    /** True when a field alone does not tell it all. */
    isElsewhere: (form: HTMLFormElement | null) =>
      names.length === 0 || names.some((name) => !form?.elements.namedItem(name)),
  }
}
