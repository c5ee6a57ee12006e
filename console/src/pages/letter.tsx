import { useEffect, useRef } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { Act } from '../ui/act.tsx'
import { Curl } from '../ui/curl.tsx'
import { Loaded } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { tell } from '../ui/news.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { MailState } from './mail.tsx'

type MailFacts = Answer<'GET /api/v1/mails/{id}'>

export function Letter({ id }: { id: string }) {
  const words = useWords()
  const params = { id: Number(id) }
  const mail = useLoad(ask('GET /api/v1/mails/{id}', { params }))
  const resending = ask('POST /api/v1/mails/{id}/resend', { params })
  return (
    <Page
      title={mail.data?.subject ?? words.menu.mail}
      lead={mail.data?.to}
      back={{ href: '/mail', title: words.menu.mail }}
      actions={
        <>
          <Act
            label={words.mail.resend}
            look="main"
            work={async () => {
              await call(resending)
              tell(words.mail.resent)
              await mail.reload()
            }}
          />
          <Curl request={resending} />
        </>
      }
    >
      <Loaded of={mail}>
        {(facts) => (
          <>
            <Facts mail={facts} />
            <div className="panels">
              <Panel title={words.mail.html}>
                <Paper html={facts.html} />
              </Panel>
              <Panel title={words.mail.text}>
                <pre className="plain-text">{facts.text}</pre>
              </Panel>
            </div>
          </>
        )}
      </Loaded>
    </Page>
  )
}

function Facts({ mail }: { mail: MailFacts }) {
  return (
    <p className="mail-facts">
      <MailState state={mail.state} /> <Moment at={mail.created_at} />
      {mail.error && <span className="error">{mail.error}</span>}
    </p>
  )
}

/** A page of its own, in a sandbox and under its own policy: what a mail holds cannot reach the console. */
function Paper({ html }: { html: string }) {
  const words = useWords()
  const frame = useRef<HTMLIFrameElement>(null)
  useEffect(() => {
    function handOver({ source, data }: MessageEvent) {
      const paper = frame.current?.contentWindow
      if (data === 'letter-ready' && source === paper) paper?.postMessage(html, '*')
    }
    addEventListener('message', handOver)
    return () => removeEventListener('message', handOver)
  }, [html])
  return (
    <iframe ref={frame} className="paper" src="/letter" sandbox="allow-scripts" title={words.mail.html} />
  )
}
