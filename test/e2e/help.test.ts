import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { suite, test } from 'node:test'
import { COMMANDS } from '../../src/cli/commands.ts'
import { runLauncher } from '../support/commands.ts'
import { runCommand } from '../support/process.ts'

const PAGE = new URL('../../docs/guide/command-line.md', import.meta.url)
/** A Node of the system beside the bundled one, where there is one. */
const OTHER_NODE = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => existsSync(path))

suite('help', () => {
  test('names every command, and each exit code', async () => {
    const { code, stdout, stderr } = await runCommand(['--help'], {})
    assert.deepEqual([code, stderr], [0, ''])
    for (const [name, { sentence }] of Object.entries(COMMANDS))
      assert.match(stdout, new RegExp(`^  ${name} +${sentence.slice(0, 20)}`, 'm'))
    for (const exit of [0, 1, 2, 64, 69, 77, 78]) assert.match(stdout, new RegExp(`^  ${exit} `, 'm'))
  })

  test('the page of the command line has the help of all and of each, word for word', async () => {
    const page = readFileSync(PAGE, 'utf8')
    const helps = await Promise.all([
      runCommand(['--help'], {}),
      ...Object.keys(COMMANDS).map((name) => runCommand([...name.split(' '), '--help'], {})),
    ])
    for (const { code, stdout } of helps) {
      assert.equal(code, 0)
      assert.ok(page.includes(stdout), `docs/guide/command-line.md is stale; it lacks\n${stdout}`)
    }
  })

  test('an option that there is not is a wrong call', async () => {
    const { code, stderr } = await runCommand(['queue', 'stats', '--juggle'], {})
    assert.equal(code, 64)
    assert.match(stderr, /--juggle.*"loggia queue stats --help"/)
  })

  test('the installed command runs by whichever Node calls it', async () => {
    for (const node of [process.execPath, OTHER_NODE ?? process.execPath]) {
      const { code, stdout } = await runLauncher(['--help'], node)
      assert.equal(code, 0)
      assert.match(stdout, /^Usage: loggia/)
      assert.equal((await runLauncher(['juggle'], node)).code, 64)
    }
  })
})
