import { useEffect } from 'react'
import { ask } from '../api/request.ts'
import { session } from '../api/session.ts'
import { useSession } from '../api/use-session.ts'
import { Field } from '../ui/field.tsx'
import { WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'
import { PreferenceBar } from './preference-bar.tsx'

/** The front of the house. */
export function Welcome() {
  const words = useWords()
  const { wasEnded } = useSession()
  useEffect(() => {
    document.title = 'Loggia'
  }, [])
  return (
    <main className="welcome">
      <div className="facade">
        <div className="inscription">
          <h1>Loggia</h1>
          <p>{words.session.motto}</p>
        </div>
        <div className="arcade" aria-hidden="true" />
      </div>
      <div className="entrance">
        <div>
          <h2>{words.session.signIn}</h2>
          {wasEnded && (
            <p className="message plain" role="status">
              {words.session.ended}
            </p>
          )}
          <WorkForm
            submit={words.session.signIn}
            request={({ username = '' }) =>
              ask('POST /api/v1/auth/login', { body: { username, password: '…' } })
            }
            work={({ username = '', password = '' }) => session.signIn({ username, password })}
          >
            <Field
              name="username"
              label={words.session.username}
              autoComplete="username"
              isRequired
              isFirst
            />
            <Field
              name="password"
              label={words.session.password}
              type="password"
              autoComplete="current-password"
              isRequired
            />
          </WorkForm>
          <p className="forgot-line">
            <a href="/reset">{words.session.forgot}</a>
          </p>
          <p className="foot muted">
            {words.session.building} <a href="/docs">{words.session.reference}</a>
          </p>
          <PreferenceBar />
        </div>
      </div>
    </main>
  )
}
