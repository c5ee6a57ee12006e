import { useState } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { usePages } from '../api/use-pages.ts'
import { Choice } from '../ui/choice.tsx'
import { Curl } from '../ui/curl.tsx'
import { LoadedList } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/page.tsx'
import { Search } from '../ui/search.tsx'
import { Table } from '../ui/table.tsx'
import { useWords } from '../words/use-words.tsx'

type Message = Answer<'GET /api/v1/queues/{name}/messages'>['items'][number]

/** `stamp`: with a new one the list is read anew. */
export function BrowseMessages({ name, stamp }: { name: string; stamp: string }) {
  const words = useWords()
  const [state, setState] = useState<Message['state']>('waiting')
  const [q, setQ] = useState('')
  const request = ask('GET /api/v1/queues/{name}/messages', {
    params: { name },
    query: { state, ...(q === '' ? {} : { q }) },
  })
  const messages = usePages(request, { stamp })
  return (
    <Panel
      title={words.queues.messages}
      actions={
        <>
          <Search label={words.queues.search} onChange={setQ} />
          <Choice
            label={words.queues.state}
            isLabelUnseen
            options={words.queues.states}
            value={state}
            onChange={setState}
          />
          <Curl request={request} />
        </>
      }
    >
      <LoadedList of={messages} empty={q === '' ? words.queues.noMessages : words.common.nothingFound}>
        {(items) => <MessageTable messages={items} isDueShown={state === 'delayed' || state === 'leased'} />}
      </LoadedList>
    </Panel>
  )
}

function MessageTable({ messages, isDueShown }: { messages: Message[]; isDueShown: boolean }) {
  const words = useWords()
  return (
    <Table
      label={words.queues.messages}
      rows={messages}
      keyOf={({ id }) => id}
      columns={[
        {
          title: words.queues.body,
          isHead: true,
          cell: ({ body }) => <code className="body">{JSON.stringify(body)}</code>,
        },
        { title: words.queues.deliveries, isNumber: true, cell: ({ deliveries }) => deliveries },
        { title: words.queues.pushedAt, cell: ({ pushed_at }) => <Moment at={pushed_at} /> },
        ...(isDueShown
          ? [
              {
                title: words.queues.dueAt,
                cell: ({ due_at }: Message) => (due_at === null ? '–' : <Moment at={due_at} />),
              },
            ]
          : []),
      ]}
    />
  )
}
