import { ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { Field } from '../ui/field.tsx'
import { tell } from '../ui/news.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'

export function RecordDetection({ onDone }: { onDone: () => void }) {
  const words = useWords()
  const request = ({ year = '', make = '', model = '', category = '' }: Values) =>
    ask('POST /api/v1/detections', { body: { year: Number(year), make, model, category } })
  return (
    <WorkForm
      submit={words.alerts.record}
      request={request}
      work={async (values) => {
        await call(request(values))
        tell(words.alerts.recorded)
        onDone()
      }}
    >
      <Field name="make" label={words.alerts.make} isRequired isFirst />
      <Field name="model" label={words.alerts.model} isRequired />
      <Field
        name="year"
        label={words.alerts.year}
        type="number"
        min={1885}
        max={2100}
        defaultValue={String(new Date().getFullYear())}
        isRequired
      />
      <Field name="category" label={words.alerts.category} hint={words.alerts.categoryHint} isRequired />
    </WorkForm>
  )
}
