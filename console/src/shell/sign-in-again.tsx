import { Button } from 'react-aria-components/Button'
import { session } from '../api/session.ts'
import { usePerson } from '../api/use-session.ts'
import { Field } from '../ui/field.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'

/** Over the page whose session was ended: it is out of sight, and goes on with all that was typed into it. */
export function SignInAgain() {
  const words = useWords()
  const { username } = usePerson()
  return (
    <Sheet title={words.session.endedTitle} isFirm>
      <p className="lead">{words.session.endedLead}</p>
      <WorkForm
        submit={words.session.signIn}
        work={({ password = '' }) => session.signIn({ username, password })}
        more={
          <Button className="quiet" onPress={session.forget}>
            {words.session.somebodyElse}
          </Button>
        }
      >
        <p className="signed-as">
          <span className="initial" aria-hidden="true">
            {[...username][0]}
          </span>
          <strong>{username}</strong>
        </p>
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
