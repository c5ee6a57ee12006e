import { useState } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { usePages } from '../api/use-pages.ts'
import { usePerson } from '../api/use-session.ts'
import { Link } from '../shell/link.tsx'
import { navigate } from '../shell/route.ts'
import { Choice } from '../ui/choice.tsx'
import { Curl } from '../ui/curl.tsx'
import { LoadedList } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'
import { DocumentState } from './document-state.tsx'

type Template = Answer<'GET /api/v1/documents'>['items'][number]['template']

const LIST = ask('GET /api/v1/documents', {})

export function Documents() {
  const words = useWords()
  const storeNames = useStoreNames()
  const [isBusy, setIsBusy] = useState(false)
  const documents = usePages(LIST, isBusy ? { everyMs: 1_000 } : {})
  const isAnyUnderWay =
    documents.data?.some(({ state }) => state === 'queued' || state === 'running') ?? false
  if (isAnyUnderWay !== isBusy) setIsBusy(isAnyUnderWay)
  return (
    <Page
      title={words.menu.documents}
      lead={words.documents.lead}
      actions={
        <>
          <Curl request={LIST} />
          <OpenSheet label={words.documents.make} look="main">
            {() => <NewDocument />}
          </OpenSheet>
        </>
      }
    >
      <Panel title={words.documents.mine}>
        <LoadedList of={documents} empty={words.documents.empty}>
          {(items) => (
            <Table
              label={words.documents.mine}
              rows={items}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: words.documents.document,
                  isHead: true,
                  cell: ({ id, template, subject_id }) => (
                    <>
                      <Link href={`/documents/${id}`}>{words.documents.templates[template]}</Link>
                      {template === 'price_list' && (
                        <span className="about below">{storeNames[subject_id] ?? ''}</span>
                      )}
                    </>
                  ),
                },
                { title: words.documents.state, cell: (document) => <DocumentState document={document} /> },
                { title: words.documents.asked, cell: ({ created_at }) => <Moment at={created_at} /> },
              ]}
            />
          )}
        </LoadedList>
      </Panel>
    </Page>
  )
}

function NewDocument() {
  const words = useWords()
  const { id } = usePerson()
  const shops = useStoreNames()
  const [template, setTemplate] = useState<Template>('tasks')
  const request = ({ store }: Values) =>
    ask('POST /api/v1/documents', {
      body: { template, subject_id: template === 'price_list' ? Number(store) : id },
    })
  return (
    <WorkForm
      submit={words.documents.make}
      request={request}
      work={async (values) => {
        const made = await call(request(values))
        navigate(`/documents/${made.id}`)
      }}
    >
      <Choice
        label={words.documents.template}
        options={words.documents.templates}
        value={template}
        onChange={setTemplate}
      />
      {template === 'price_list' &&
        (Object.keys(shops).length === 0 ? (
          <p className="muted">{words.stores.empty}</p>
        ) : (
          <Choice label={words.documents.store} name="store" options={shops} />
        ))}
    </WorkForm>
  )
}

/** By id; of the first hundred. */
function useStoreNames(): Record<string, string> {
  const stores = usePages(ask('GET /api/v1/stores', { query: { limit: 100 } }))
  return Object.fromEntries(stores.data?.map(({ id, name }) => [String(id), name]) ?? [])
}
