import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { JobNode } from '../support/job-node.ts'
import { eventually, type Process, startScript } from '../support/process.ts'
import type { DeadLetter } from './jobs.ts'

const JOB_PROCESS = fileURLToPath(new URL('../support/job-process.ts', import.meta.url))
const SHARED = 200
const ENQUEUED_AT_ONCE = 5

interface Cluster {
  open(): Promise<JobNode>
  deadOn(node: JobNode): Promise<DeadLetter[]>
  settings(): Record<string, string>
}

/** The part of the contract that takes processes which can be killed. */
export function processTests({ open, deadOn, settings }: Cluster): void {
  const startWorker = (manner: string) => startScript(JOB_PROCESS, [manner], { settings: settings() })

  async function openWeb(): Promise<JobNode> {
    const web = await open()
    await web.change('create table effects (id integer primary key)')
    web.jobs.relay()
    return web
  }
  const effects = async (web: JobNode) =>
    (await web.rows('select id from effects order by id')).map(({ id }) => Number(id))

  async function stopAll(workers: Process[]): Promise<string[]> {
    return (await Promise.all(workers.map((worker) => worker.end('SIGTERM')))).map(({ stdout }) => stdout)
  }

  test('of two processes at work each job runs in one, and once', async () => {
    const web = await openWeb()
    const ids: number[] = []
    const workers = [startWorker('ends'), startWorker('ends')]
    await Promise.all(workers.map((worker) => worker.line(/at work/)))
    // Where no poke crosses processes, one of them may look seconds later than the other.
    await eventually(async () => {
      const more = Array.from({ length: ENQUEUED_AT_ONCE }, (_, index) => ids.length + index + 1)
      await web.enqueue(...more)
      ids.push(...more)
      return ids.length >= SHARED && workers.every((worker) => /^ended/m.test(worker.told()))
    })
    await eventually(async () => (await effects(web)).length === ids.length)
    const ran = (await stopAll(workers)).flatMap((stdout) => numbers(stdout, 'ended'))
    assert.deepEqual(
      ran.sort((one, other) => one - other),
      ids,
    )
  })

  test('what a killed process was running runs again in another, and takes effect once', async () => {
    const web = await openWeb()
    const doomed = startWorker('hangs')
    await web.enqueue(1)
    await doomed.line(/effected 1/)
    await doomed.end('SIGKILL')
    const next = startWorker('ends')
    await next.line(/ended 1/)
    const [stdout = ''] = await stopAll([next])
    assert.deepEqual([numbers(stdout, 'begun'), numbers(stdout, 'effected')], [[1], []])
    assert.deepEqual(await effects(web), [1])
  })

  test('a job that kills its process each time is given up, and run no more', async () => {
    const web = await openWeb()
    await web.enqueue(1)
    for (let crash = 0; crash < 2; crash += 1) {
      const { signal, stdout } = await startWorker('dies').ended
      assert.deepEqual([signal, numbers(stdout, 'begun')], ['SIGKILL', [1]])
    }
    const last = startWorker('dies')
    await last.line(/gave up 1: It did not come to its end in 2 tries\./)
    await eventually(async () => (await deadOn(web)).length === 1)
    const [stdout = ''] = await stopAll([last])
    assert.deepEqual(numbers(stdout, 'begun'), [])
    assert.equal((await deadOn(web))[0]?.reason, 'It did not come to its end in 2 tries.')
  })
}

function numbers(stdout: string, what: string): number[] {
  return [...stdout.matchAll(new RegExp(`^${what} (\\d+)$`, 'gm'))].map(([, id]) => Number(id))
}
