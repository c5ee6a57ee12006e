import { useEffect, useState } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { Curl } from '../ui/curl.tsx'
import { Failure } from '../ui/failure.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { DocumentState } from './document-state.tsx'

type DocumentFacts = Answer<'GET /api/v1/documents/{id}'>

const LOOK_MS = 500

export function Document({ id }: { id: string }) {
  const words = useWords()
  const request = ask('GET /api/v1/documents/{id}', { params: { id: Number(id) } })
  const [isSettled, setIsSettled] = useState(false)
  const document = useLoad(request, isSettled ? {} : { everyMs: LOOK_MS })
  const state = document.data?.state
  useEffect(() => {
    if (state === 'ready' || state === 'failed') setIsSettled(true)
  }, [state])
  const title = document.data ? words.documents.templates[document.data.template] : words.menu.documents
  return (
    <Page
      title={title}
      {...(isSettled ? {} : { lead: words.documents.oneLead })}
      back={{ href: '/documents', title: words.menu.documents }}
      actions={<Curl request={request} />}
    >
      <Loaded of={document}>
        {(facts) => (
          <Panel title={words.documents.preview} actions={<DocumentState document={facts} />}>
            <Content document={facts} />
          </Panel>
        )}
      </Loaded>
    </Page>
  )
}

function Content({ document }: { document: DocumentFacts }) {
  const words = useWords()
  if (document.state === 'failed')
    return (
      <p className="message" role="alert">
        {document.error} {words.documents.failedNext}
      </p>
    )
  if (document.state !== 'ready')
    return (
      <p className="working" role="status">
        {words.documents.drawing}
      </p>
    )
  return <Pdf document={document} />
}

function Pdf({ document: { id, template, subject_id } }: { document: DocumentFacts }) {
  const words = useWords()
  const [url, setUrl] = useState<string | null>(null)
  const [error, setError] = useState<Error | null>(null)
  useEffect(() => {
    let made: string | null = null
    let isWanted = true
    call(ask('GET /api/v1/documents/{id}/file', { params: { id } }))
      .then((file) => {
        if (!isWanted) return
        made = URL.createObjectURL(file)
        setUrl(made)
      })
      .catch(setError)
    return () => {
      isWanted = false
      if (made !== null) URL.revokeObjectURL(made)
    }
  }, [id])
  if (error) return <Failure error={error} />
  if (url === null) return <p className="working">{words.common.loading}</p>
  return (
    <>
      <p className="act after">
        <a className="button main" href={url} download={`${template}-${subject_id}.pdf`}>
          {words.documents.download}
        </a>
        <a className="button" href={url} target="_blank" rel="noreferrer">
          {words.documents.openAlone}
        </a>
        <Curl request={ask('GET /api/v1/documents/{id}/file', { params: { id } })} />
      </p>
      <iframe className="pdf" src={`${url}#navpanes=0&view=FitH`} title={words.documents.preview} />
    </>
  )
}
