import type { JobPayload, Jobs } from '../jobs/index.ts'
import type { NewMessage, Queue } from '../queue/index.ts'
import { inSpan } from './in-span.ts'
import type { SpanKind, Tracing } from './index.ts'

/**
 * The same jobs, each a part of the trace that decided it: its payload carries the `traceparent` through the outbox and
 * whichever queue. A foreign program that gives its payload one has its trace go on here.
 */
export function traceJobs(jobs: Jobs, tracing: Tracing): Jobs {
  return {
    ...jobs,
    async enqueue(tx, job, payload) {
      if (!tracing.isActive()) return jobs.enqueue(tx, job, payload)
      const span = tracing.begin(`create ${job}`, factsOf('producer', 'create', job))
      await inSpan(span, () => jobs.enqueue(tx, job, { ...payload, traceparent: span.traceparent }))
    },
    handle(job, handler) {
      function runs<Rest extends unknown[]>(
        what: string,
        work: (payload: Parameters<typeof handler.run>[0], ...rest: Rest) => Promise<void>,
      ) {
        return (payload: Parameters<typeof handler.run>[0], ...rest: Rest): Promise<void> => {
          const { traceparent, ...own } = payload as JobPayload
          const facts = { ...factsOf('consumer', 'process', job), parent: textOr(traceparent) }
          return inSpan(tracing.begin(`${what} ${job}`, facts), () => work(own as typeof payload, ...rest))
        }
      }
      jobs.handle(job, {
        ...handler,
        run: runs('process', handler.run),
        giveUp: runs('give up', handler.giveUp),
      })
    },
  }
}

/** The same queue, with a span for each job on its way from the outbox. */
export function traceQueue(queue: Queue, job: string, tracing: Tracing): Queue {
  return {
    ...queue,
    async push(name, messages) {
      const spans = messages.flatMap((message) => {
        const parent = traceparentIn(message)
        return parent === null
          ? []
          : [tracing.begin(`send ${job}`, { ...factsOf('producer', 'send', job), parent })]
      })
      try {
        return await queue.push(name, messages)
      } catch (error) {
        for (const span of spans) span.fail((error as Error).name)
        throw error
      } finally {
        for (const span of spans) span.end()
      }
    },
  }
}

function factsOf(kind: SpanKind, operation: string, job: string) {
  return {
    kind,
    attributes: {
      'messaging.system': 'loggia',
      'messaging.operation.type': operation,
      'messaging.destination.name': job,
    },
  }
}

function traceparentIn({ body }: NewMessage): string | null {
  return textOr((JSON.parse(body) as JobPayload)['traceparent'])
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
