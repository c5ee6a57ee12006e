import { useState } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { call, session } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { Act } from '../ui/act.tsx'
import { Curl } from '../ui/curl.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/page.tsx'
import { PressButton } from '../ui/press-button.tsx'
import { deviceOf } from '../ui/user-agent.ts'
import { useWords } from '../words/use-words.tsx'

type Session = Answer<'GET /api/v1/auth/sessions'>['items'][number]

const ENDING_ALL = ask('POST /api/v1/auth/logout-all', {})
const SHOWN_FIRST = 5

export function Sessions() {
  const words = useWords()
  const list = ask('GET /api/v1/auth/sessions', {})
  const sessions = useLoad(list)
  const [isWhole, setIsWhole] = useState(false)
  return (
    <Panel
      title={words.account.sessions}
      actions={
        <>
          <Curl request={list} />
          <Act
            label={words.account.endAll}
            isSmall
            question={words.account.endAllLead}
            request={ENDING_ALL}
            work={() => call(ENDING_ALL).then(session.forget)}
          />
        </>
      }
    >
      <Loaded of={sessions}>
        {({ items }) => (
          <>
            <ul className="rows">
              {ownFirst(items)
                .slice(0, isWhole ? undefined : SHOWN_FIRST)
                .map((one) => (
                  <SessionRow key={one.id} one={one} reload={sessions.reload} />
                ))}
            </ul>
            {!isWhole && items.length > SHOWN_FIRST && (
              <p className="more">
                <PressButton
                  label={words.account.allSessions(items.length)}
                  isSmall
                  onPress={() => setIsWhole(true)}
                />
              </p>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  )
}

function ownFirst(sessions: Session[]): Session[] {
  return sessions.toSorted((one, other) => Number(other.current) - Number(one.current))
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
            icon="leave"
            look="quiet"
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
