import assert from 'node:assert/strict'
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { temporaryFolder } from '../support/installation.ts'
import { PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const TSC = join(ROOT, 'node_modules/.bin/tsc')
/** The oldest that the client runs on, where there is one. */
const NODE = ['/usr/bin/node', '/usr/local/bin/node'].find((path) => existsSync(path)) ?? process.execPath

/** Strict, and looking into the declarations too: nothing is taken on trust. */
const COMPILER_OPTIONS = {
  target: 'es2023',
  lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  outDir: 'out',
}

const PROGRAM = `
import { type Answer, createClient, Problem } from '@loggia/client'

declare const process: { argv: string[] }
const [, , address = '', username = '', password = ''] = process.argv
const client = createClient({ address })
await client.signIn({ username, password })
const task: Answer<'POST /api/v1/tasks'> = await client.call('POST /api/v1/tasks', { body: { text: 'From a package' } })
const texts: string[] = []
for await (const { text } of client.items('GET /api/v1/tasks', { query: { done: false } })) texts.push(text)
const refusal = await client.call('GET /api/v1/tasks/{id}', { params: { id: task.id + 1 } }).catch((error: unknown) => error)
console.log(JSON.stringify({ texts, code: refusal instanceof Problem ? refusal.code : null }))
`

const WRONG: [what: string, program: string][] = [
  ['an operation that there is not', "await client.call('POST /api/v1/tusks', { body: { text: '' } })"],
  ['a body of another type', "await client.call('POST /api/v1/tasks', { body: { text: 1 } })"],
  ['a parameter left out', "await client.call('GET /api/v1/tasks/{id}')"],
  ['a member that an answer has not', "(await client.call('GET /api/v1/users/me')).pasword"],
]

suite('the client as a package', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let loggia: TestLoggia

  before(async () => {
    folder = await temporaryFolder()
    await installInto(folder.path)
    loggia = await startLoggia()
    await loggia.register('ada')
  })
  after(async () => {
    await loggia.close()
    await folder.remove()
  })

  async function compile(name: string, program: string, options: object) {
    await writeFile(join(folder.path, `${name}.ts`), program)
    const config = { compilerOptions: { ...COMPILER_OPTIONS, ...options }, files: [`${name}.ts`] }
    await writeFile(join(folder.path, `${name}.json`), JSON.stringify(config))
    return spawnSync(TSC, ['-p', `${name}.json`], { cwd: folder.path, encoding: 'utf8' })
  }

  for (const options of [
    { module: 'nodenext', moduleResolution: 'nodenext' },
    { module: 'esnext', moduleResolution: 'bundler' },
  ]) {
    test(`a strict program compiles against it (${options.moduleResolution}), and runs`, async () => {
      const compiled = await compile('program', PROGRAM, options)
      assert.deepEqual([compiled.stdout, compiled.status], ['', 0])
      const file = join(folder.path, 'out/program.js')
      // Beside the server, which answers from this process.
      const { stdout } = await promisify(execFile)(NODE, [file, loggia.address, 'ada', PASSWORD])
      const { texts, code } = JSON.parse(stdout)
      assert.equal(texts.at(-1), 'From a package')
      assert.equal(code, 'task_not_found')
    })
  }

  for (const [what, line] of WRONG) {
    test(`${what} does not compile`, async () => {
      const head =
        "import { createClient } from '@loggia/client'\nconst client = createClient({ address: '' })\n"
      const options = { module: 'nodenext', moduleResolution: 'nodenext' }
      const { status, stdout } = await compile('wrong', `${head}${line}\nexport {}\n`, options)
      assert.notEqual(status, 0)
      assert.match(stdout, /^wrong\.ts\(3,/m)
    })
  }
})

async function installInto(folder: string): Promise<void> {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: join(ROOT, 'client') })
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
  const place = join(folder, 'node_modules/@loggia/client')
  await mkdir(place, { recursive: true })
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', place, '--strip-components=1'])
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
}
