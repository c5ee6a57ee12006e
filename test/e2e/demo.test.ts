import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startLoggia } from '../support/loggia.ts'
import { runCommand, startProcess, startServer, withFolder } from '../support/process.ts'

const DETECTIONS = '/api/v1/detections'

test('the demo sends what the server then has, and tells it at Ctrl-C', async () => {
  const loggia = await startLoggia()
  const ana = await loggia.register('ana')
  const body = { name: 'camera', scopes: ['detections:write'] }
  const { key } = (await loggia.call('POST', '/api/v1/auth/keys', { token: ana.token, body })).body
  const demo = startProcess(['demo', '--url', loggia.address, '--key', key, '--rate', '200'], {})
  await demo.line(/Sending 200 detections a second/)
  const seen = async () => (await loggia.call('GET', `${DETECTIONS}/stats`, { token: ana.token })).body.items
  const total = async () =>
    (await seen()).reduce((sum: number, { count }: { count: number }) => sum + count, 0)
  while ((await total()) < 300);
  const { code, stdout, stderr } = await demo.end('SIGINT')
  assert.deepEqual([code, stderr], [0, ''])
  const [, accepted] = /^(\d+) detections accepted, 0 known already, in \d+ s\.$/m.exec(stdout) ?? []
  assert.equal(Number(accepted), await total())
  assert.ok((await seen()).length > 5)
  await loggia.close()
})

test('the demo waits for a server that is not there', async () => {
  await withFolder(async (DATA_DIR) => {
    const first = await startLoggia({}, { dataDir: DATA_DIR })
    const { token } = await first.register('ana')
    const { port: PORT } = new URL(first.address)
    await first.close()

    const demo = startProcess(['demo', '--token', token, '--rate', '50', '--count', '40'], { PORT })
    await demo.line(/Sending/)
    const server = await startServer({ DATA_DIR, PORT })
    const { code, stdout, stderr } = await demo.ended
    await server.end('SIGTERM')
    assert.equal(code, 0)
    assert.match(stderr, /does not answer: .+ It is tried again\./)
    assert.match(stdout, /^40 detections accepted, 0 known already/m)
  })
})

for (const [what, args, words] of [
  ['no credential', [], /Give a token, or an API key/],
  ['two credentials', ['--token', 'a', '--key', 'b'], /Give a token, or an API key/],
  ['a rate that is none', ['--token', 'a', '--rate', 'fast'], /--rate must be above 0/],
  ['an address that is none', ['--token', 'a', '--url', '::'], /--url must be an address/],
  ['an unknown option', ['--token', 'a', '--colour', 'red'], /Unknown option '--colour'/],
] as const) {
  test(`the demo refuses ${what}`, async () => {
    const { code, stderr } = await runCommand(['demo', ...args], {})
    assert.equal(code, 64)
    assert.match(stderr, words)
  })
}

test('the demo ends with the words of a server that refuses it', async () => {
  const loggia = await startLoggia()
  const { code, stderr } = await runCommand(['demo', '--url', loggia.address, '--token', 'nobody'], {})
  assert.equal(code, 77)
  assert.match(stderr, /answers 401: /)
  await loggia.close()
})
