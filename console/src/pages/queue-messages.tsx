import { useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { type Answer, ask } from '../api/request.ts'
import { usePages } from '../api/use-pages.ts'
import { Choice } from '../ui/choice.tsx'
import { Copy } from '../ui/copy.tsx'
import { Curl } from '../ui/curl.tsx'
import { useFormat } from '../ui/format.ts'
import { prettyJson, previewJson } from '../ui/json-text.ts'
import { LoadedList } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { Panel } from '../ui/page.tsx'
import { Search } from '../ui/search.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { Table } from '../ui/table.tsx'
import { useWords } from '../words/use-words.tsx'

type Message = Answer<'GET /api/v1/queues/{name}/messages'>['items'][number]
type State = Message['state']

interface Props {
  name: string
  /** How many are in each state; with new ones the list is read anew. */
  counts: Record<State, number> | undefined
}

export function BrowseMessages({ name, counts }: Props) {
  const words = useWords()
  const format = useFormat()
  const [state, setState] = useState<State>('waiting')
  const [q, setQ] = useState('')
  const request = ask('GET /api/v1/queues/{name}/messages', {
    params: { name },
    query: { state, ...(q === '' ? {} : { q }) },
  })
  const messages = usePages(request, { stamp: counts ? JSON.stringify(counts) : '' })
  const label = (each: State) =>
    counts ? `${words.queues.states[each]} (${format.number(counts[each])})` : words.queues.states[each]
  return (
    <Panel
      title={words.queues.messages}
      actions={
        <>
          <Search label={words.queues.search} onChange={setQ} />
          <Choice
            label={words.queues.state}
            isLabelUnseen
            options={{
              waiting: label('waiting'),
              leased: label('leased'),
              delayed: label('delayed'),
              dead: label('dead'),
            }}
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
          cell: (message) => <Body message={message} />,
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

/** Its beginning, and the whole of it in a dialog. */
function Body({ message: { id, body, reason } }: { message: Message }) {
  const words = useWords()
  const [isWhole, setIsWhole] = useState(false)
  const text = prettyJson(body)
  return (
    <>
      <Button className="body-button" onPress={() => setIsWhole(true)}>
        <code className="body">{previewJson(body)}</code>
      </Button>
      <Sheet title={words.queues.body} isOpen={isWhole} onClose={() => setIsWhole(false)} isWide>
        <p className="lead">
          <code>{id}</code>
        </p>
        {reason && <p className="message plain">{reason}</p>}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which a keyboard must reach. */}
        <pre className="command" tabIndex={0}>
          {text}
        </pre>
        <Copy text={text} />
      </Sheet>
    </>
  )
}
