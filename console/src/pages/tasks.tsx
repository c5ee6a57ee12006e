import { useState } from 'react'
import { Checkbox } from 'react-aria-components/Checkbox'
import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { usePages } from '../api/use-pages.ts'
import { Act } from '../ui/act.tsx'
import { Choice } from '../ui/choice.tsx'
import { Curl } from '../ui/curl.tsx'
import { Download } from '../ui/download.tsx'
import { Field } from '../ui/field.tsx'
import { useFormat } from '../ui/format.ts'
import { LoadedList } from '../ui/loaded.tsx'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { showFailure } from '../ui/passing-failure.ts'
import { Search } from '../ui/search.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'

type Task = Answer<'GET /api/v1/tasks'>['items'][number]

export function Tasks() {
  const words = useWords()
  const [which, setWhich] = useState<'open' | 'done' | 'all'>('open')
  const [q, setQ] = useState('')
  const done = which === 'all' ? {} : { done: which === 'done' }
  const query = { ...done, ...(q === '' ? {} : { q }) }
  const request = ask('GET /api/v1/tasks', { query })
  const tasks = usePages(request)
  return (
    <Page title={words.menu.tasks} lead={words.tasks.lead}>
      <Panel title={words.tasks.add}>
        <NewTask onMade={tasks.reload} />
      </Panel>
      <Panel
        title={words.tasks.list}
        actions={
          <>
            <Search label={words.tasks.search} onChange={setQ} />
            <Choice
              label={words.tasks.show}
              isLabelUnseen
              options={words.tasks.which}
              value={which}
              onChange={setWhich}
            />
            <Download
              request={ask('GET /api/v1/tasks/export.csv', { query })}
              file="tasks.csv"
              label={words.common.csv}
            />
            <Curl request={request} />
          </>
        }
      >
        <LoadedList of={tasks} empty={q === '' ? words.tasks.empty : words.common.nothingFound}>
          {(items) => (
            <ul className="rows">
              {items.map((task) => (
                <TaskRow key={task.id} task={task} reload={tasks.reload} />
              ))}
            </ul>
          )}
        </LoadedList>
      </Panel>
    </Page>
  )
}

function NewTask({ onMade }: { onMade: () => Promise<void> }) {
  const words = useWords()
  const request = (values: Values) => ask('POST /api/v1/tasks', { body: bodyOf(values) })
  return (
    <WorkForm
      submit={words.tasks.add}
      className="inline"
      isReused
      request={request}
      work={async (values) => {
        await call(request(values))
        await onMade()
      }}
    >
      <Field name="text" label={words.tasks.text} isRequired autoComplete="off" />
      <Field name="due_at" label={words.tasks.due} type="datetime-local" />
    </WorkForm>
  )
}

function TaskRow({ task, reload }: { task: Task; reload: () => Promise<void> }) {
  const words = useWords()
  const params = { id: task.id }
  const removal = ask('DELETE /api/v1/tasks/{id}', { params })
  const tick = (done: boolean) => ask('PATCH /api/v1/tasks/{id}', { params, body: { done } })
  return (
    <li className={task.done ? 'task done' : 'task'}>
      <Checkbox
        className="tick"
        isSelected={task.done}
        onChange={(done) => call(tick(done)).then(reload).catch(showFailure)}
      >
        <span className="box" aria-hidden="true" />
        <span className="text">{task.text}</span>
      </Checkbox>
      <Due task={task} />
      <div className="act">
        <Curl request={tick(!task.done)} />
        <OpenSheet
          label={words.common.edit}
          name={`${words.common.edit}: ${task.text}`}
          icon="edit"
          look="quiet"
          isSmall
        >
          {(close) => <EditTask task={task} onDone={() => reload().then(close)} />}
        </OpenSheet>
        <Act
          label={words.common.delete}
          name={`${words.common.delete}: ${task.text}`}
          icon="delete"
          look="quiet"
          isSmall
          question={words.tasks.removeLead}
          request={removal}
          work={() => call(removal).then(reload)}
        />
      </div>
    </li>
  )
}

function Due({ task: { due_at, done } }: { task: Task }) {
  const words = useWords()
  const format = useFormat()
  if (due_at === null) return null
  const isLate = !done && Date.parse(due_at) < Date.now()
  return (
    <span className={isLate ? 'about late' : 'about'}>
      {isLate ? words.tasks.late : words.tasks.due}{' '}
      <time dateTime={due_at}>{format.dayAndTime(new Date(due_at))}</time>
    </span>
  )
}

function EditTask({ task, onDone }: { task: Task; onDone: () => void }) {
  const words = useWords()
  const request = (values: Values) =>
    ask('PATCH /api/v1/tasks/{id}', { params: { id: task.id }, body: { due_at: null, ...bodyOf(values) } })
  return (
    <WorkForm
      submit={words.common.save}
      request={request}
      work={async (values) => {
        await call(request(values))
        onDone()
      }}
    >
      <Field name="text" label={words.tasks.text} defaultValue={task.text} isRequired isFirst />
      <Field
        name="due_at"
        label={words.tasks.due}
        type="datetime-local"
        defaultValue={localTime(task.due_at)}
      />
    </WorkForm>
  )
}

function bodyOf({ text = '', due_at }: Values) {
  return { text, ...(due_at ? { due_at: new Date(due_at).toISOString() } : {}) }
}

/** As a `datetime-local` field has it: the wall clock, without a zone. */
function localTime(timestamp: string | null): string {
  if (timestamp === null) return ''
  const date = new Date(timestamp)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
