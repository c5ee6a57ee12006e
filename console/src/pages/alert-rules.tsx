import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { usePages } from '../api/use-pages.ts'
import { Act } from '../ui/act.tsx'
import { Curl } from '../ui/curl.tsx'
import { Field } from '../ui/field.tsx'
import { type Format, useFormat } from '../ui/format.ts'
import { LoadedList } from '../ui/loaded.tsx'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Panel } from '../ui/page.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import type { Words } from '../words/en.ts'
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
            {(close) => <RuleForm onDone={() => rules.reload().then(close)} />}
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
  const format = useFormat()
  const params = { id: rule.id }
  const removal = ask('DELETE /api/v1/alert-rules/{id}', { params })
  const turn = ask('PATCH /api/v1/alert-rules/{id}', { params, body: { enabled: !rule.enabled } })
  const turning = rule.enabled ? words.alerts.pause : words.alerts.resume
  return (
    <li>
      <div className="what">
        <strong>
          {rule.name} {!rule.enabled && <span className="mark plain">{words.rules.paused}</span>}
        </strong>
        <span className="about">{conditionsOf(rule, words, format).join(' · ')}</span>
      </div>
      <div className="act">
        <Act
          label={turning}
          name={`${turning}: ${rule.name}`}
          isSmall
          look="quiet"
          request={turn}
          work={() => call(turn).then(reload)}
        />
        <OpenSheet
          label={words.common.edit}
          name={`${words.common.edit}: ${rule.name}`}
          icon="edit"
          look="quiet"
          isSmall
        >
          {(close) => <RuleForm rule={rule} onDone={() => reload().then(close)} />}
        </OpenSheet>
        <Act
          label={words.common.delete}
          name={`${words.common.delete}: ${rule.name}`}
          icon="delete"
          look="quiet"
          isSmall
          question={words.rules.removeLead}
          request={removal}
          work={() => call(removal).then(reload)}
        />
      </div>
    </li>
  )
}

function conditionsOf(rule: Rule, words: Words, format: Format): string[] {
  const { make, category_contains: category, year_min: first, year_max: last, cooldown_seconds } = rule
  return [
    ...(make === null ? [] : [`${words.alerts.make}: ${make}`]),
    ...(category === null ? [] : [`${words.alerts.category}: ${category}`]),
    ...(first === null && last === null ? [] : [`${words.alerts.year}: ${first ?? '…'}–${last ?? '…'}`]),
    ...(cooldown_seconds === 0 ? [] : [`${words.rules.quiet}: ${format.duration(cooldown_seconds)}`]),
  ]
}

/** Makes a rule, or changes `rule`. */
function RuleForm({ rule, onDone }: { rule?: Rule; onDone: () => void }) {
  const words = useWords()
  const request = (values: Values) =>
    rule === undefined
      ? ask('POST /api/v1/alert-rules', { body: bodyOf(values) })
      : ask('PATCH /api/v1/alert-rules/{id}', { params: { id: rule.id }, body: bodyOf(values) })
  return (
    <WorkForm
      submit={rule === undefined ? words.rules.make : words.common.save}
      request={request}
      work={async (values) => {
        await call(request(values))
        onDone()
      }}
    >
      <p className="lead">{words.rules.lead}</p>
      <Field name="name" label={words.rules.name} defaultValue={rule?.name ?? ''} isRequired isFirst />
      <Field name="make" label={words.alerts.make} defaultValue={rule?.make ?? ''} />
      <Field
        name="category_contains"
        label={words.rules.categoryContains}
        defaultValue={rule?.category_contains ?? ''}
      />
      <div className="pair">
        <Field name="year_min" label={words.rules.yearMin} {...YEAR} defaultValue={textOf(rule?.year_min)} />
        <Field name="year_max" label={words.rules.yearMax} {...YEAR} defaultValue={textOf(rule?.year_max)} />
      </div>
      <Field
        name="cooldown_seconds"
        label={words.rules.cooldown}
        hint={words.rules.cooldownHint}
        type="number"
        min={0}
        defaultValue={String(rule?.cooldown_seconds ?? 0)}
      />
    </WorkForm>
  )
}

const YEAR = { type: 'number', min: 1885, max: 2100 } as const

function textOf(number: number | null | undefined): string {
  return number === null || number === undefined ? '' : String(number)
}

/** Every member, so that a field which was emptied takes its condition away. */
function bodyOf({ name = '', make, category_contains, year_min, year_max, cooldown_seconds }: Values) {
  return {
    name,
    make: make || null,
    category_contains: category_contains || null,
    year_min: year_min ? Number(year_min) : null,
    year_max: year_max ? Number(year_max) : null,
    cooldown_seconds: Number(cooldown_seconds ?? 0),
  }
}
