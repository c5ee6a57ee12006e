import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { usePages } from '../api/use-pages.ts'
import { Link } from '../shell/link.tsx'
import { navigate } from '../shell/route.ts'
import { Curl } from '../ui/curl.tsx'
import { Field } from '../ui/field.tsx'
import { useFormat } from '../ui/format.ts'
import { LoadedList } from '../ui/loaded.tsx'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'

type Queue = Answer<'GET /api/v1/queues'>['items'][number]

const LIST = ask('GET /api/v1/queues', {})

export function Queues() {
  const words = useWords()
  const queues = usePages(LIST, { everyMs: 3_000 })
  return (
    <Page
      title={words.menu.queues}
      lead={words.queues.lead}
      actions={
        <>
          <Curl request={LIST} />
          <OpenSheet label={words.queues.make} look="main">
            {() => <QueueSettings />}
          </OpenSheet>
        </>
      }
    >
      <Panel title={words.queues.all}>
        <LoadedList of={queues} empty={words.queues.empty}>
          {(items) => <QueueTable queues={items} />}
        </LoadedList>
      </Panel>
    </Page>
  )
}

function QueueTable({ queues }: { queues: Queue[] }) {
  const words = useWords()
  const format = useFormat()
  const count = (state: 'waiting' | 'leased' | 'delayed' | 'dead') => ({
    title: words.queues.states[state],
    isNumber: true,
    cell: (queue: Queue) => (
      <span className={state === 'dead' && queue.dead > 0 ? 'mark bad' : ''}>
        {format.number(queue[state])}
      </span>
    ),
  })
  return (
    <Table
      label={words.queues.all}
      rows={queues}
      keyOf={({ name }) => name}
      columns={[
        {
          title: words.queues.name,
          isHead: true,
          cell: ({ name }) => <Link href={`/queues/${name}`}>{name}</Link>,
        },
        count('waiting'),
        count('leased'),
        count('delayed'),
        count('dead'),
        {
          title: words.queues.oldest,
          isNumber: true,
          cell: ({ oldest_age_seconds: age }) => (age === null ? '–' : format.duration(age)),
        },
      ]}
    />
  )
}

/** Makes a queue, or changes `queue`. */
export function QueueSettings({ queue, onDone }: { queue?: Queue; onDone?: () => void }) {
  const words = useWords()
  const request = ({ name = '', ...values }: Values) =>
    ask('PUT /api/v1/queues/{name}', {
      params: { name: queue?.name ?? name },
      body: {
        max_deliveries: Number(values['max_deliveries']),
        lease_seconds: Number(values['lease_seconds']),
        ttl_seconds: values['ttl_seconds'] ? Number(values['ttl_seconds']) : null,
      },
    })
  const { max_deliveries = 5, lease_seconds = 30, ttl_seconds = null } = queue?.settings ?? {}
  return (
    <WorkForm
      submit={queue ? words.common.save : words.queues.make}
      request={request}
      work={async (values) => {
        const { name } = await call(request(values))
        onDone?.()
        navigate(`/queues/${name}`)
      }}
    >
      {!queue && (
        <Field name="name" label={words.queues.name} hint={words.queues.nameHint} isRequired isFirst />
      )}
      <Field
        name="max_deliveries"
        label={words.queues.maxDeliveries}
        hint={words.queues.maxDeliveriesHint}
        type="number"
        min={1}
        defaultValue={String(max_deliveries)}
        isRequired
      />
      <Field
        name="lease_seconds"
        label={words.queues.leaseSeconds}
        type="number"
        min={1}
        defaultValue={String(lease_seconds)}
        isRequired
      />
      <Field
        name="ttl_seconds"
        label={words.queues.ttlSeconds}
        hint={words.queues.ttlHint}
        type="number"
        min={1}
        defaultValue={ttl_seconds === null ? '' : String(ttl_seconds)}
      />
    </WorkForm>
  )
}
