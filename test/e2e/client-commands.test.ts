import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { openInstallation } from '../support/installation.ts'
import { PASSWORD } from '../support/loggia.ts'
import { eventually, runCommand, type ServerProcess, startProcess, startServer } from '../support/process.ts'

suite('commands that ask a running server', () => {
  let settings: Record<string, string>
  let server: ServerProcess
  let admin: string
  let remove: () => Promise<void>

  before(async () => {
    const installation = await openInstallation()
    remove = installation.remove
    const DATA_DIR = installation.path
    server = await startServer({ DATA_DIR, ADMIN_USERNAME: 'root', ADMIN_PASSWORD: PASSWORD })
    const login = { username: 'root', password: PASSWORD }
    admin = (await server.call('POST', '/api/v1/auth/login', { body: login })).body.access_token
    settings = { DATA_DIR, LOGGIA_URL: server.address, LOGGIA_TOKEN: admin }
  })
  after(async () => {
    await server.end('SIGTERM')
    await remove()
  })

  const run = (args: string[], input?: string, more = {}) => runCommand(args, { ...settings, ...more }, input)
  const json = async (args: string[], input?: string) => {
    const { code, stdout, stderr } = await run([...args, '--json'], input)
    assert.equal(code, 0, stderr)
    return JSON.parse(stdout)
  }

  test('what is pushed is popped, once', async () => {
    const pushed = await run(['queue', 'push', 'one', '{"order": 17}'])
    const popped = await run(['queue', 'pop', 'one'])
    const empty = await run(['queue', 'pop', 'one'])
    assert.match(pushed.stdout, /^\S+\n$/)
    assert.deepEqual([popped.code, popped.stdout], [0, '{"order":17}\n'])
    assert.deepEqual([empty.code, empty.stdout], [2, ''])
  })

  test('lines are pushed in their order, however many', async () => {
    const lines = Array.from({ length: 250 }, (_, at) => at)
    const { ids } = await json(['queue', 'push', 'lines'], `${lines.join('\n')}\n\n`)
    assert.equal(new Set(ids).size, 250)
    const { stdout } = await run(['queue', 'tail', 'lines', '--max', '250'])
    assert.deepEqual(stdout.trimEnd().split('\n').map(Number), lines)
    assert.equal((await json(['queue', 'stats', 'lines'])).waiting, 0)
    assert.equal((await json(['queue', 'stats', 'lines'])).leased, 0)
  })

  test('text is taken as it is, with a delay and an id of its own', async () => {
    const args = ['queue', 'push', 'later', 'no {json', '--text', '--delay', '600', '--dedup', 'a', '--json']
    const ids = [await run(args), await run(args)].map(({ stdout }) => JSON.parse(stdout).ids)
    assert.deepEqual(ids[0], ids[1])
    assert.equal((await json(['queue', 'stats', 'later'])).delayed, 1)
  })

  test('stats are a table of every queue', async () => {
    await run(['queue', 'push', 'shown', '1'])
    const { stdout } = await run(['queue', 'stats'])
    assert.match(stdout, /^queue +waiting +leased +delayed +dead +oldest$/m)
    assert.match(stdout, /^shown +1 +0 +0 +0 +\d+ s$/m)
    assert.ok((await json(['queue', 'stats'])).items.some(({ name }: { name: string }) => name === 'shown'))
  })

  test('a tail waits for what comes, and ends when it is told to', async () => {
    const tail = startProcess(['queue', 'tail', 'live'], settings)
    await run(['queue', 'push', 'live', '"first"'])
    await tail.line(/"first"\n/)
    const { code } = await tail.end('SIGINT')
    assert.equal(code, 0)
  })

  test('alerts come a line each, from after the one that is named', async () => {
    const raise = (model: string) =>
      server.call('POST', '/api/v1/detections', {
        token: admin,
        body: { year: 2011, make: 'Toyota', model, category: 'SUV, SUSPICIOUS_VEHICLE' },
      })
    await raise('Corolla')
    await raise('Yaris')
    const both = await run(['alerts', 'tail', '--after', '0', '--max', '2'])
    assert.match(both.stdout, /^\S+Z {2}#1 {2}.*Corolla.*\n\S+Z {2}#2 {2}.*Yaris.*\n$/)
    const tail = startProcess(['alerts', 'tail', '--after', '1', '--json'], settings)
    await tail.line(/"model":"Yaris"/)
    await raise('Hilux')
    await tail.line(/"model":"Hilux"/)
    assert.equal((await tail.end('SIGTERM')).code, 0)
  })

  test('a key made at the machine does what it is for, until it is revoked', async () => {
    const made = await json(['keys', 'create', 'root', 'device', 'queue:push:device'])
    const pushed = await run(['queue', 'push', 'device', '1', '--key', made.key])
    const popped = await run(['queue', 'pop', 'device', '--token', made.key])
    const [listed] = (await json(['keys', 'list', 'root'])).items
    await run(['keys', 'revoke', 'root', String(made.id)])
    const isRefused = async () => (await run(['queue', 'push', 'device', '1', '--key', made.key])).code === 77
    await eventually(isRefused)
    assert.equal(pushed.code, 0)
    assert.equal(popped.code, 77)
    assert.deepEqual(listed.scopes, ['queue:push:device'])
    assert.equal('key' in listed, false)
    assert.deepEqual((await json(['keys', 'list', 'root'])).items, [])
  })

  const refusals: [why: string, args: string[], more: object, code: number, sentence: RegExp][] = [
    ['no queue', ['queue', 'pop'], {}, 64, /Name the queue/],
    ['a body that is no JSON', ['queue', 'push', 'q', '{'], {}, 64, /not JSON/],
    ['a delay that is none', ['queue', 'push', 'q', '1', '--delay', 'soon'], {}, 64, /--delay/],
    ['a count that is none', ['queue', 'tail', 'q', '--max', '0'], {}, 64, /--max/],
    ['an address that is none', ['queue', 'stats', '--url', 'here'], {}, 64, /http/],
    ['a queue that is not there', ['queue', 'stats', 'nowhere'], {}, 1, /no such queue.*queue_not_found/],
    ['a name that is none', ['queue', 'push', 'a b', '1'], {}, 1, /422|400/],
    ['no token', ['queue', 'stats'], { LOGGIA_TOKEN: '' }, 77, /LOGGIA_TOKEN/],
    ['a token that is none', ['queue', 'stats'], { LOGGIA_TOKEN: 'x' }, 77, /401/],
    [
      'a server that is away',
      ['queue', 'stats'],
      { LOGGIA_URL: 'http://127.0.0.1:9' },
      69,
      /:9 does not answer/,
    ],
    [
      'a scope that there is not',
      ['keys', 'create', 'root', 'k', 'juggle'],
      {},
      1,
      /\/scopes\/0: must be one of/,
    ],
    ['somebody who is not there', ['keys', 'list', 'nobody'], {}, 1, /no such user/],
    ['no scope', ['keys', 'create', 'root', 'k'], {}, 64, /scopes/],
    ['a key that is not there', ['keys', 'revoke', 'root', '99'], {}, 1, /no such api key/],
  ]
  for (const [why, args, more, code, sentence] of refusals) {
    test(`refused: ${why}`, async () => {
      const ended = await run(args, '', more)
      assert.equal(ended.code, code, ended.stderr)
      assert.match(ended.stderr, sentence)
      assert.doesNotMatch(ended.stderr, /^ +at /m)
      assert.equal(ended.stdout, '')
    })
  }
})
