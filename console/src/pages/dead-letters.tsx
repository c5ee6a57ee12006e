import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { usePages } from '../api/use-pages.ts'
import { Act } from '../ui/act.tsx'
import { Curl } from '../ui/curl.tsx'
import { Field } from '../ui/field.tsx'
import { parseJson, prettyJson, previewJson } from '../ui/json-text.ts'
import { LoadedList } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { tell } from '../ui/news.tsx'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Panel } from '../ui/page.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'

type Message = Answer<'GET /api/v1/queues/{name}/messages'>['items'][number]

interface Props {
  name: string
  /** How many there are now. */
  dead: number
  onRepaired: () => Promise<void>
}

/** Where messages are mended that nobody could digest, and sent on their way again. */
export function DeadLetters({ name, dead, onRepaired }: Props) {
  const words = useWords()
  const params = { name }
  const letters = usePages(ask('GET /api/v1/queues/{name}/messages', { params, query: { state: 'dead' } }), {
    stamp: dead,
  })
  const all = ask('POST /api/v1/queues/{name}/redrive', { params, body: {} })
  const { reload } = letters

  async function redrive(request: typeof all) {
    const { redriven } = await call(request)
    tell(words.queues.redriven(redriven))
    await Promise.all([reload(), onRepaired()])
  }
  return (
    <Panel
      title={words.queues.deadLetters}
      actions={
        dead > 0 && (
          <>
            <Act label={words.queues.redriveAll} work={() => redrive(all)} isSmall look="main" />
            <Curl request={all} />
          </>
        )
      }
    >
      <LoadedList of={letters} empty={words.queues.noDead}>
        {(items) => (
          <ul className="rows">
            {items.map((letter) => (
              <li key={letter.id} className="letter">
                <div className="what">
                  {letter.reason && <strong className="reason">{letter.reason}</strong>}
                  <code className="body">{previewJson(letter.body)}</code>
                  <span className="about">
                    {words.queues.deliveries} {letter.deliveries} · <Moment at={letter.pushed_at} />
                  </span>
                </div>
                <div className="act">
                  <OpenSheet label={words.queues.edit} title={words.queues.editTitle} isSmall isWide>
                    {(close) => (
                      <EditLetter
                        name={name}
                        letter={letter}
                        onDone={() => reload().then(close)}
                        onRedrive={redrive}
                      />
                    )}
                  </OpenSheet>
                  <Act
                    label={words.queues.redrive}
                    isSmall
                    request={redriveOf(name, letter.id)}
                    work={() => redrive(redriveOf(name, letter.id))}
                  />
                </div>
              </li>
            ))}
          </ul>
        )}
      </LoadedList>
    </Panel>
  )
}

interface EditProps {
  name: string
  letter: Message
  onDone: () => void
  onRedrive: (request: ReturnType<typeof redriveOf>) => Promise<void>
}

function EditLetter({ name, letter, onDone, onRedrive }: EditProps) {
  const words = useWords()
  const params = { name, id: letter.id }
  const request = ({ body = '' }: Values) =>
    ask('PATCH /api/v1/queues/{name}/messages/{id}', { params, body: { body: parseJson(body) } })
  return (
    <WorkForm
      submit={words.queues.saveAndRedrive}
      request={request}
      work={async (values) => {
        await call(request(values))
        await onRedrive(redriveOf(name, letter.id))
        onDone()
      }}
    >
      {letter.reason && <p className="message plain">{letter.reason}</p>}
      <Field
        name="body"
        label={words.queues.body}
        hint={words.queues.bodyHint}
        rows={12}
        defaultValue={prettyJson(letter.body)}
        isRequired
        isFirst
      />
    </WorkForm>
  )
}

function redriveOf(name: string, id: string) {
  return ask('POST /api/v1/queues/{name}/redrive', { params: { name }, body: { ids: [id] } })
}
