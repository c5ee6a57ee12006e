import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { mkdir, readdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { callerOf } from '../support/call.ts'
import { temporaryFolder } from '../support/installation.ts'
import { PASSWORD } from '../support/loggia.ts'
import { eventually, startScript, withFolder } from '../support/process.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

suite('the package that "npm pack" makes', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let installed: string

  before(async () => {
    folder = await temporaryFolder()
    installed = await installInto(folder.path)
  })
  after(() => folder.remove())

  test('holds the program as JavaScript, every file that it reads, and no source', () => {
    const sources = globSync('src/**/*.*', { cwd: ROOT })
    const expected = sources.map((path) => path.replace(/^src/, 'dist').replace(/\.ts$/, '.js'))
    assert.deepEqual(globSync('dist/**/*.*', { cwd: installed }).sort(), expected.sort())
    assert.ok(existsSync(join(installed, 'console/dist/index.html')))
    for (const name of ['src', 'test', 'data', '.env']) assert.equal(existsSync(join(installed, name)), false)
  })

  test('runs where it is installed: pages, documents of the published APIs, and a PDF', async () => {
    await withFolder(async (DATA_DIR) => {
      const server = startScript(join(installed, 'bin/loggia.js'), ['serve'], {
        settings: {
          DATA_DIR,
          PORT: '0',
          LOG_LEVEL: 'warn',
          ADMIN_USERNAME: 'root',
          ADMIN_PASSWORD: PASSWORD,
        },
      })
      try {
        const [, address = ''] = await server.line(/ready at (\S+)\n/)
        const call = callerOf(address)
        for (const path of ['/', '/docs', '/openapi.json', '/compat/tasks/openapi.json'])
          assert.equal((await call('GET', path)).status, 200, path)
        const login = await call('POST', '/api/v1/auth/login', {
          body: { username: 'root', password: PASSWORD },
        })
        const { access_token: token, user } = login.body
        const made = await call('POST', '/api/v1/documents', {
          token,
          body: { template: 'profile', subject_id: user.id },
        })
        const file = () => call('GET', `/api/v1/documents/${made.body.id}/file`, { token })
        await eventually(async () => (await file()).status === 200)
        assert.match((await file()).body, /^%PDF-/)
      } finally {
        await server.end('SIGTERM')
      }
    })
  })
})

/** As npm would, from what is installed here. */
async function installInto(folder: string): Promise<string> {
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT })
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
  const modules = join(folder, 'node_modules')
  await mkdir(join(modules, 'loggia'), { recursive: true })
  execFileSync('tar', ['-xzf', join(folder, tarball), '-C', join(modules, 'loggia'), '--strip-components=1'])
  for (const name of await readdir(join(ROOT, 'node_modules'))) {
    if (!name.startsWith('.')) await symlink(join(ROOT, 'node_modules', name), join(modules, name))
  }
  return join(modules, 'loggia')
}
