import { useState } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { usePages } from '../api/use-pages.ts'
import { Act } from '../ui/act.tsx'
import { Choice } from '../ui/choice.tsx'
import { Curl } from '../ui/curl.tsx'
import { Field } from '../ui/field.tsx'
import { LoadedList } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Panel } from '../ui/page.tsx'
import { ShownOnce } from '../ui/shown-once.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'

type Webhook = Answer<'GET /api/v1/webhooks'>['items'][number]
type Rules = Record<string, string>

const LIST = ask('GET /api/v1/webhooks', {})
const RULES = ask('GET /api/v1/alert-rules', { query: { limit: 100 } })

/** Where alerts are posted, and how the last one fared. */
export function Webhooks() {
  const words = useWords()
  const webhooks = usePages(LIST, { everyMs: 10_000 })
  const rules = usePages(RULES)
  const [secret, setSecret] = useState<string | null>(null)
  const names: Rules = Object.fromEntries(rules.data?.map(({ id, name }) => [String(id), name]) ?? [])
  return (
    <Panel
      title={words.webhooks.title}
      actions={
        <>
          <Curl request={LIST} />
          <OpenSheet label={words.webhooks.make} isSmall>
            {(close) => (
              <NewWebhook
                rules={names}
                onMade={(made) => {
                  close()
                  setSecret(made)
                  webhooks.reload()
                }}
              />
            )}
          </OpenSheet>
        </>
      }
    >
      <ShownOnce title={words.webhooks.madeTitle} secret={secret} onClose={() => setSecret(null)} />
      <LoadedList of={webhooks} empty={words.webhooks.empty}>
        {(items) => (
          <ul className="rows">
            {items.map((webhook) => (
              <WebhookRow key={webhook.id} webhook={webhook} rules={names} reload={webhooks.reload} />
            ))}
          </ul>
        )}
      </LoadedList>
    </Panel>
  )
}

interface RowProps {
  webhook: Webhook
  rules: Rules
  reload: () => Promise<void>
}

function WebhookRow({ webhook: { id, url, rule_id, last_delivery }, rules, reload }: RowProps) {
  const words = useWords()
  const removal = ask('DELETE /api/v1/webhooks/{id}', { params: { id } })
  return (
    <li>
      <div className="what">
        <strong>{url}</strong>
        <span className="about">
          {rule_id === null ? words.webhooks.everyRule : (rules[rule_id] ?? '…')} ·{' '}
          {last_delivery === null ? words.webhooks.notYet : <Moment at={last_delivery.at} />}
        </span>
        {last_delivery !== null && last_delivery.error !== null && (
          <span className="error">{last_delivery.error}</span>
        )}
      </div>
      <div className="act">
        <Act
          label={words.common.delete}
          name={`${words.common.delete}: ${url}`}
          icon="delete"
          look="quiet"
          isSmall
          question={words.webhooks.removeLead}
          request={removal}
          work={() => call(removal).then(reload)}
        />
      </div>
    </li>
  )
}

function NewWebhook({ rules, onMade }: { rules: Rules; onMade: (secret: string) => void }) {
  const words = useWords()
  const request = ({ url = '', rule = '' }: Values) =>
    ask('POST /api/v1/webhooks', { body: { url, rule_id: rule === EVERY ? null : Number(rule) } })
  return (
    <WorkForm
      submit={words.webhooks.make}
      request={request}
      work={async (values) => {
        const { secret } = await call(request(values))
        onMade(secret)
      }}
    >
      <p className="lead">{words.webhooks.lead}</p>
      <Field name="url" label={words.webhooks.url} placeholder="https://" isRequired isFirst />
      <Choice
        name="rule"
        label={words.webhooks.rule}
        options={{ [EVERY]: words.webhooks.everyRule, ...rules }}
        defaultValue={EVERY}
      />
    </WorkForm>
  )
}

/** No id of a rule. */
const EVERY = 'every'
