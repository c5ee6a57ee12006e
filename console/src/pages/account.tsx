import { type Answer, ask } from '../api/request.ts'
import { call, session } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { usePerson } from '../api/use-session.ts'
import { Act } from '../ui/act.tsx'
import { Curl } from '../ui/curl.tsx'
import { Field } from '../ui/field.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { tell } from '../ui/news.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { deviceOf } from '../ui/user-agent.ts'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'
import { ApiKeys } from './api-keys.tsx'

type Session = Answer<'GET /api/v1/auth/sessions'>['items'][number]

const ENDING_ALL = ask('POST /api/v1/auth/logout-all', {})
const CONFIRMING = ask('POST /api/v1/auth/email/verification', {})

export function Account() {
  const words = useWords()
  return (
    <Page title={words.menu.account} lead={words.account.lead}>
      <div className="panels">
        <div>
          <Sessions />
          <ApiKeys />
        </div>
        <div>
          <Me />
          <Password />
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

function Sessions() {
  const words = useWords()
  const list = ask('GET /api/v1/auth/sessions', {})
  const sessions = useLoad(list)
  return (
    <Panel
      title={words.account.sessions}
      actions={
        <>
          <Curl request={list} />
          <Act
            label={words.account.endAll}
            isSmall
            request={ENDING_ALL}
            work={() => call(ENDING_ALL).then(session.forget)}
          />
        </>
      }
    >
      <Loaded of={sessions}>
        {({ items }) => (
          <ul className="rows">
            {items.map((one) => (
              <SessionRow key={one.id} one={one} reload={sessions.reload} />
            ))}
          </ul>
        )}
      </Loaded>
    </Panel>
  )
}

function SessionRow({ one, reload }: { one: Session; reload: () => Promise<void> }) {
  const words = useWords()
  const device = deviceOf(one.user_agent) ?? words.account.unknownDevice
  const ending = ask('DELETE /api/v1/auth/sessions/{id}', { params: { id: one.id } })
  return (
    <li>
      <div className="what">
        <strong>
          {device} {one.current && <span className="mark">{words.account.thisOne}</span>}
        </strong>
        <span className="about">
          {one.ip} · <Moment at={one.last_seen_at} />
        </span>
      </div>
      {!one.current && (
        <div className="act">
          <Curl request={ending} />
          <Act
            label={words.session.signOut}
            name={`${words.session.signOut}: ${device}`}
            isSmall
            work={async () => {
              await call(ending)
              await reload()
            }}
          />
        </div>
      )}
    </li>
  )
}
