import { useState } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { Act } from '../ui/act.tsx'
import { Curl } from '../ui/curl.tsx'
import { Field } from '../ui/field.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Empty, Panel } from '../ui/page.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'

type ApiKey = Answer<'GET /api/v1/auth/keys'>['items'][number]

const LIST = ask('GET /api/v1/auth/keys', {})

export function ApiKeys() {
  const words = useWords()
  const keys = useLoad(LIST)
  const [made, setMade] = useState<string | null>(null)
  return (
    <Panel
      title={words.keys.title}
      actions={
        <>
          <Curl request={LIST} />
          <OpenSheet label={words.keys.make} isSmall look="main">
            {(close) => (
              <NewKey
                onMade={(key) => {
                  close()
                  setMade(key)
                  keys.reload()
                }}
              />
            )}
          </OpenSheet>
        </>
      }
    >
      <ShownOnce title={words.keys.madeTitle} secret={made} onClose={() => setMade(null)} />
      <Loaded of={keys}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty>{words.keys.empty}</Empty>
          ) : (
            <ul className="rows">
              {items.map((key) => (
                <KeyRow key={key.id} apiKey={key} reload={keys.reload} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  )
}

function KeyRow({ apiKey, reload }: { apiKey: ApiKey; reload: () => Promise<void> }) {
  const words = useWords()
  const revoking = ask('DELETE /api/v1/auth/keys/{id}', { params: { id: apiKey.id } })
  return (
    <li>
      <div className="what">
        <strong>{apiKey.name}</strong>
        <span className="about">
          {apiKey.scopes.map((scope) => (
            <code key={scope}>{scope} </code>
          ))}
        </span>
        <span className="about">
          {apiKey.last_used_at === null ? (
            words.keys.unused
          ) : (
            <>
              {words.keys.used} <Moment at={apiKey.last_used_at} />
            </>
          )}
        </span>
      </div>
      <div className="act">
        <Curl request={revoking} />
        <Act
          label={words.keys.revoke}
          name={`${words.keys.revoke}: ${apiKey.name}`}
          icon="delete"
          isSmall
          look="quiet"
          question={words.keys.revokeLead}
          work={async () => {
            await call(revoking)
            await reload()
          }}
        />
      </div>
    </li>
  )
}

function NewKey({ onMade }: { onMade: (key: string) => void }) {
  const words = useWords()
  const request = ({ name = '', scopes = '' }: Values) =>
    ask('POST /api/v1/auth/keys', { body: { name, scopes: scopes.split(/[\s,]+/).filter(Boolean) } })
  return (
    <WorkForm
      submit={words.keys.make}
      request={request}
      work={async (values) => {
        const { key } = await call(request(values))
        onMade(key)
      }}
    >
      <Field name="name" label={words.keys.name} isRequired isFirst />
      <Field name="scopes" label={words.keys.scopes} hint={words.keys.scopesHint} isRequired />
    </WorkForm>
  )
}
