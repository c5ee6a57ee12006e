import type { Metric } from './http/metric.ts'
import type { Platform } from './platform/index.ts'
import type { Rooms } from './rooms.ts'

/** Of a queue more there is no line: the number of series must stay bounded, whoever makes queues. */
const QUEUES_MAX = 100

/** What this process does beside answering requests. Names nothing that anybody but us has named. */
export function activityMetrics({ jobs, cache }: Platform, { streams }: Rooms): Metric[] {
  const tallies = [...jobs.tally()]
  const ofJobs = (value: (tally: (typeof tallies)[number][1]) => number) =>
    tallies.map(([job, tally]) => ({ labels: { job }, value: value(tally) }))
  return [
    {
      name: 'loggia_job_runs_total',
      type: 'counter',
      help: 'Runs of a job that have ended.',
      samples: tallies.flatMap(([job, { done, failed }]) => [
        { labels: { job, outcome: 'done' }, value: done },
        { labels: { job, outcome: 'failed' }, value: failed },
      ]),
    },
    {
      name: 'loggia_job_seconds_total',
      type: 'counter',
      help: 'Time that runs of a job have taken.',
      samples: ofJobs(({ seconds }) => seconds),
    },
    {
      name: 'loggia_jobs_running',
      type: 'gauge',
      help: 'Jobs that run now.',
      samples: ofJobs(({ running }) => running),
    },
    {
      name: 'loggia_streams_open',
      type: 'gauge',
      help: 'Event streams that are open now.',
      samples: [{ value: streams.count() }],
    },
    {
      name: 'loggia_cache_reads_total',
      type: 'counter',
      help: 'Reads of the cache.',
      samples: [{ value: cache.tally.reads }],
    },
    {
      name: 'loggia_cache_loads_total',
      type: 'counter',
      help: 'Reads that the cache could not answer.',
      samples: [{ value: cache.tally.loads }],
    },
  ]
}

/** How much lies in the queues, the first hundred by name. The same on every process. */
export async function queueMetrics({ queues }: Rooms): Promise<Metric[]> {
  const shown = await queues.queues.first(QUEUES_MAX)
  const states = ['waiting', 'leased', 'delayed', 'dead'] as const
  return [
    {
      name: 'loggia_queue_messages',
      type: 'gauge',
      help: 'Messages in a queue by their state.',
      samples: shown.flatMap((queue) =>
        states.map((state) => ({ labels: { queue: queue.name, state }, value: queue[state] })),
      ),
    },
    {
      name: 'loggia_queue_oldest_age_seconds',
      type: 'gauge',
      help: 'Age of the message that waits the longest; 0: none waits.',
      samples: shown.map(({ name, oldest_age_seconds }) => ({
        labels: { queue: name },
        value: oldest_age_seconds ?? 0,
      })),
    },
  ]
}
