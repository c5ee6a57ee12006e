import { useSyncExternalStore } from 'react'
import { session } from '../api/session.ts'
import { Field } from '../ui/field.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'

const listeners = new Set<() => void>()
let answer: ((isConfirmed: boolean) => void) | null = null

/** Resolves with true once the person signed in anew, with false when they would rather not. */
export function confirmPassword(): Promise<boolean> {
  settle(false)
  return new Promise((resolve) => {
    answer = resolve
    for (const listener of listeners) listener()
  })
}

function settle(isConfirmed: boolean): void {
  answer?.(isConfirmed)
  answer = null
  for (const listener of listeners) listener()
}

export function ConfirmPassword() {
  const words = useWords()
  const isAsked = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => answer !== null,
  )
  return (
    <Sheet title={words.confirm.title} isOpen={isAsked} onClose={() => settle(false)}>
      <p className="lead">{words.confirm.lead}</p>
      <WorkForm
        submit={words.confirm.submit}
        work={async ({ password = '' }) => {
          await session.confirm(password)
          settle(true)
        }}
      >
        <Field
          name="password"
          label={words.session.password}
          type="password"
          autoComplete="current-password"
          isRequired
        />
      </WorkForm>
    </Sheet>
  )
}
