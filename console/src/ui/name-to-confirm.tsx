import type { ApiRequest, Operation } from '../api/request.ts'
import { useWords } from '../words/use-words.tsx'
import { Field } from './field.tsx'
import { WorkForm } from './work-form.tsx'

interface Props {
  name: string
  lead: string
  submit: string
  request: (typed: string) => ApiRequest<Operation>
  work: (typed: string) => Promise<void>
}

/** What cannot be undone asks for the name of what it ends. */
export function NameToConfirm({ name, lead, submit, request, work }: Props) {
  const words = useWords()
  return (
    <>
      <p className="lead">{lead}</p>
      <WorkForm
        submit={submit}
        look="bad"
        request={({ confirmation = '' }) => request(confirmation)}
        work={async ({ confirmation = '' }) => {
          if (confirmation !== name) throw new Error(words.common.nameDiffers)
          await work(confirmation)
        }}
      >
        <Field
          name="confirmation"
          label={words.common.typeName(name)}
          autoComplete="off"
          isRequired
          isFirst
        />
      </WorkForm>
    </>
  )
}
