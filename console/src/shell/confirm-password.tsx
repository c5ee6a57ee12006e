import { useSyncExternalStore } from 'react'
import { freshSignIn } from '../api/fresh-sign-in.ts'
import { session } from '../api/session.ts'
import { Field } from '../ui/field.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'

export function ConfirmPassword() {
  const words = useWords()
  const isAsked = useSyncExternalStore(freshSignIn.onChange, freshSignIn.isAsked)
  return (
    <Sheet title={words.confirm.title} isOpen={isAsked} onClose={() => freshSignIn.settle(false)}>
      <p className="lead">{words.confirm.lead}</p>
      <WorkForm
        submit={words.confirm.submit}
        work={async ({ password = '' }) => {
          await session.confirm(password)
          freshSignIn.settle(true)
        }}
      >
        <Field
          name="password"
          label={words.session.password}
          type="password"
          autoComplete="current-password"
          isRequired
          isFirst
        />
      </WorkForm>
    </Sheet>
  )
}
