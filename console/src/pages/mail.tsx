import { useState } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { usePages } from '../api/use-pages.ts'
import { Link } from '../shell/link.tsx'
import { Choice } from '../ui/choice.tsx'
import { Curl } from '../ui/curl.tsx'
import { LoadedList } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { useWords } from '../words/use-words.tsx'

type State = Answer<'GET /api/v1/mails'>['items'][number]['state']

export function Mail() {
  const words = useWords()
  const [state, setState] = useState<State | 'all'>('all')
  const request = ask('GET /api/v1/mails', { query: state === 'all' ? {} : { state } })
  const mails = usePages(request)
  return (
    <Page title={words.menu.mail} lead={words.mail.lead}>
      <Panel
        title={words.mail.list}
        actions={
          <>
            <Choice
              label={words.mail.state}
              isLabelUnseen
              options={{ all: words.mail.all, ...words.mail.states }}
              value={state}
              onChange={setState}
            />
            <Curl request={request} />
          </>
        }
      >
        <LoadedList of={mails} empty={state === 'all' ? words.mail.empty : words.common.nothingFound}>
          {(items) => (
            <Table
              label={words.mail.list}
              rows={items}
              keyOf={({ id }) => id}
              columns={[
                {
                  title: words.mail.subject,
                  isHead: true,
                  cell: ({ id, subject }) => <Link href={`/mail/${id}`}>{subject}</Link>,
                },
                { title: words.mail.to, isWide: true, cell: ({ to }) => to },
                { title: words.mail.state, cell: (mail) => <MailState state={mail.state} /> },
                { title: words.mail.when, cell: ({ created_at }) => <Moment at={created_at} /> },
              ]}
            />
          )}
        </LoadedList>
      </Panel>
    </Page>
  )
}

export function MailState({ state }: { state: State }) {
  const words = useWords()
  const looks: Record<State, string> = {
    queued: 'plain',
    sending: 'plain',
    sent: '',
    kept: 'warm',
    failed: 'bad',
    unknown: 'bad',
  }
  return <span className={`mark ${looks[state]}`}>{words.mail.states[state]}</span>
}
