import { ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { Field } from '../ui/field.tsx'
import { parseJson } from '../ui/json-text.ts'
import { tell } from '../ui/news.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'

export function PushMessage({ name, onPushed }: { name: string; onPushed: () => void }) {
  const words = useWords()
  const request = ({ body = '', delay_seconds, dedup_id }: Values) =>
    ask('POST /api/v1/queues/{name}/messages', {
      params: { name },
      body: {
        body: parseJson(body),
        ...(delay_seconds ? { delay_seconds: Number(delay_seconds) } : {}),
        ...(dedup_id ? { dedup_id } : {}),
      },
    })
  return (
    <WorkForm
      submit={words.queues.push}
      request={request}
      work={async (values) => {
        await call(request(values))
        tell(words.queues.wasPushed)
        onPushed()
      }}
    >
      <Field
        name="body"
        label={words.queues.body}
        hint={words.queues.bodyHint}
        rows={6}
        defaultValue={'{\n  "order": 1\n}'}
        isRequired
        isFirst
      />
      <Field name="delay_seconds" label={words.queues.delaySeconds} type="number" min={0} />
      <Field name="dedup_id" label={words.queues.dedupId} hint={words.queues.dedupHint} />
    </WorkForm>
  )
}
