import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { usePages } from '../api/use-pages.ts'
import { Act } from '../ui/act.tsx'
import { Curl } from '../ui/curl.tsx'
import { Field } from '../ui/field.tsx'
import { LoadedList } from '../ui/loaded.tsx'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Panel } from '../ui/page.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'

type Rule = Answer<'GET /api/v1/alert-rules'>['items'][number]

const LIST = ask('GET /api/v1/alert-rules', {})

export function AlertRules() {
  const words = useWords()
  const rules = usePages(LIST)
  return (
    <Panel
      title={words.rules.title}
      actions={
        <>
          <Curl request={LIST} />
          <OpenSheet label={words.rules.make} isSmall>
            {(close) => <NewRule onDone={() => rules.reload().then(close)} />}
          </OpenSheet>
        </>
      }
    >
      <LoadedList of={rules} empty={words.rules.empty}>
        {(items) => (
          <ul className="rows">
            {items.map((rule) => (
              <RuleRow key={rule.id} rule={rule} reload={rules.reload} />
            ))}
          </ul>
        )}
      </LoadedList>
    </Panel>
  )
}

function RuleRow({ rule, reload }: { rule: Rule; reload: () => Promise<void> }) {
  const words = useWords()
  const removal = ask('DELETE /api/v1/alert-rules/{id}', { params: { id: rule.id } })
  const conditions = [
    ...(rule.make === null ? [] : [`${words.alerts.make}: ${rule.make}`]),
    ...(rule.category_contains === null ? [] : [`${words.alerts.category}: ${rule.category_contains}`]),
  ]
  return (
    <li>
      <div className="what">
        <strong>{rule.name}</strong>
        <span className="about">{conditions.join(' · ')}</span>
      </div>
      <div className="act">
        <Curl request={removal} />
        <Act
          label={words.common.delete}
          name={`${words.common.delete}: ${rule.name}`}
          isSmall
          work={() => call(removal).then(reload)}
        />
      </div>
    </li>
  )
}

function NewRule({ onDone }: { onDone: () => void }) {
  const words = useWords()
  const request = ({ name = '', make = '', category_contains = '' }: Values) =>
    ask('POST /api/v1/alert-rules', {
      body: { name, make: make || null, category_contains: category_contains || null },
    })
  return (
    <WorkForm
      submit={words.rules.make}
      request={request}
      work={async (values) => {
        await call(request(values))
        onDone()
      }}
    >
      <p className="lead">{words.rules.lead}</p>
      <Field name="name" label={words.rules.name} isRequired />
      <Field name="make" label={words.alerts.make} />
      <Field name="category_contains" label={words.rules.categoryContains} />
    </WorkForm>
  )
}
