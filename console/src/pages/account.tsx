import { ask } from '../api/request.ts'
import { call, session } from '../api/session.ts'
import { usePerson } from '../api/use-session.ts'
import { Act } from '../ui/act.tsx'
import { Field } from '../ui/field.tsx'
import { tell } from '../ui/news.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'
import { ApiKeys } from './api-keys.tsx'
import { Sessions } from './sessions.tsx'

const CONFIRMING = ask('POST /api/v1/auth/email/verification', {})

export function Account() {
  const words = useWords()
  return (
    <Page title={words.menu.account} lead={words.account.lead}>
      <div className="panels">
        <div>
          <Me />
          <Password />
        </div>
        <div>
          <Sessions />
          <ApiKeys />
        </div>
      </div>
    </Page>
  )
}

function Me() {
  const words = useWords()
  const { id, email, email_verified, username } = usePerson()
  const request = ({ email = '' }: Values) =>
    ask('PATCH /api/v1/users/{id}', { params: { id }, body: { email: email === '' ? null : email } })
  return (
    <Panel title={username}>
      <WorkForm
        submit={words.common.save}
        request={request}
        work={async (values) => {
          await call(request(values))
          await session.reload()
          tell(words.account.saved)
        }}
      >
        <Field
          name="email"
          type="email"
          label={words.account.email}
          hint={email_verified ? words.account.verified : words.account.unverified}
          defaultValue={email ?? ''}
          autoComplete="email"
        />
      </WorkForm>
      {email && !email_verified && (
        <p className="act after">
          <Act
            label={words.account.sendAgain}
            isSmall
            request={CONFIRMING}
            work={async () => {
              await call(CONFIRMING)
              tell(words.account.sent)
            }}
          />
        </p>
      )}
    </Panel>
  )
}

function Password() {
  const words = useWords()
  const request = ({ current_password = '', new_password = '' }: Values) =>
    ask('PUT /api/v1/auth/password', { body: { current_password, new_password } })
  return (
    <Panel title={words.account.changePassword}>
      <WorkForm
        submit={words.account.changePassword}
        isReused
        request={() => request({ current_password: '…', new_password: '…' })}
        work={async (values) => {
          await call(request(values))
          tell(words.account.passwordChanged)
        }}
      >
        <Field
          name="current_password"
          type="password"
          label={words.account.currentPassword}
          autoComplete="current-password"
          isRequired
        />
        <Field
          name="new_password"
          type="password"
          label={words.account.newPassword}
          hint={words.account.passwordHint}
          autoComplete="new-password"
          isRequired
        />
      </WorkForm>
    </Panel>
  )
}
