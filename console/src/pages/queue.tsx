import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { navigate } from '../shell/route.ts'
import { Curl } from '../ui/curl.tsx'
import { useFormat } from '../ui/format.ts'
import { Loaded } from '../ui/loaded.tsx'
import { NameToConfirm } from '../ui/name-to-confirm.tsx'
import { tell } from '../ui/news.tsx'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Page } from '../ui/page.tsx'
import { useWords } from '../words/use-words.tsx'
import { DeadLetters } from './dead-letters.tsx'
import { PushMessage } from './push-message.tsx'
import { QueueDepth, QueueFlow } from './queue-graphs.tsx'
import { BrowseMessages } from './queue-messages.tsx'
import { QueueSettings } from './queues.tsx'

type QueueFacts = Answer<'GET /api/v1/queues/{name}'>

export function Queue({ id: name }: { id: string }) {
  const words = useWords()
  const request = ask('GET /api/v1/queues/{name}', { params: { name } })
  const queue = useLoad(request, { everyMs: 2_000 })
  return (
    <Page
      title={name}
      lead={words.queues.oneLead}
      back={{ href: '/queues', title: words.menu.queues }}
      actions={
        <>
          <Curl request={request} />
          <OpenSheet label={words.queues.push} look="main">
            {(close) => <PushMessage name={name} onPushed={() => queue.reload().then(close)} />}
          </OpenSheet>
          {queue.data && <QueueActs queue={queue.data} reload={queue.reload} />}
        </>
      }
    >
      <Loaded of={queue}>{(facts) => <States queue={facts} />}</Loaded>
      <div className="panels">
        <QueueDepth queue={queue.data} />
        <QueueFlow name={name} />
      </div>
      <DeadLetters name={name} dead={queue.data?.dead ?? 0} onRepaired={queue.reload} />
      <BrowseMessages name={name} counts={queue.data && countsOf(queue.data)} />
    </Page>
  )
}

function countsOf({ waiting, leased, delayed, dead }: QueueFacts) {
  return { waiting, leased, delayed, dead }
}

function States({ queue }: { queue: QueueFacts }) {
  const words = useWords()
  const format = useFormat()
  return (
    <ul className="figures">
      {(['waiting', 'leased', 'delayed', 'dead'] as const).map((state) => (
        <li key={state} className={state === 'dead' && queue.dead > 0 ? 'figure bad' : 'figure'}>
          <div>
            <strong>{format.number(queue[state])}</strong>
            <span>{words.queues.states[state]}</span>
          </div>
        </li>
      ))}
    </ul>
  )
}

function QueueActs({ queue, reload }: { queue: QueueFacts; reload: () => Promise<void> }) {
  const words = useWords()
  const { name } = queue
  const params = { name }
  return (
    <>
      <OpenSheet label={words.queues.settings}>
        {(close) => <QueueSettings queue={queue} onDone={() => reload().then(close)} />}
      </OpenSheet>
      <OpenSheet label={words.queues.purge} look="bad">
        {(close) => (
          <NameToConfirm
            name={name}
            lead={words.queues.purgeLead}
            submit={words.queues.purge}
            request={(typed) => ask('POST /api/v1/queues/{name}/purge', { params, body: { name: typed } })}
            work={async (typed) => {
              const { purged } = await call(
                ask('POST /api/v1/queues/{name}/purge', { params, body: { name: typed } }),
              )
              tell(words.queues.purged(purged))
              await reload()
              close()
            }}
          />
        )}
      </OpenSheet>
      <OpenSheet label={words.queues.remove} look="bad">
        {() => (
          <NameToConfirm
            name={name}
            lead={words.queues.removeLead}
            submit={words.queues.remove}
            request={() => ask('DELETE /api/v1/queues/{name}', { params })}
            work={async () => {
              await call(ask('DELETE /api/v1/queues/{name}', { params }))
              navigate('/queues')
            }}
          />
        )}
      </OpenSheet>
    </>
  )
}
