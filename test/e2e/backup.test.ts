import assert from 'node:assert/strict'
import { appendFile, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { suite as engines } from '../support/engines.ts'
import { createDatabase, databaseUrlOf } from '../support/installation.ts'
import { PASSWORD } from '../support/loggia.ts'
import { eventually, runCommand, startServer, withFolder } from '../support/process.ts'
import { stored } from '../support/stored.ts'

const ON_POSTGRES = engines.includes('postgres')
/** What only one of the two can do. */
const onSqlite = ON_POSTGRES ? () => {} : test
const onPostgres = ON_POSTGRES ? test : () => {}
const login = { body: { username: 'root', password: PASSWORD } }

suite('backup and restore', () => {
  /** A running server with a task, a finished document and a queued message. */
  async function startFilled(DATA_DIR: string) {
    const server = await startServer({ DATA_DIR, ADMIN_USERNAME: 'root', ADMIN_PASSWORD: PASSWORD })
    const token = (await server.call('POST', '/api/v1/auth/login', login)).body.access_token
    const call = (method: string, path: string, body?: object) =>
      server.call(method, `/api/v1${path}`, { token, ...(body ? { body } : {}) })
    await call('POST', '/tasks', { text: 'kept' })
    const { body: document } = await call('POST', '/documents', { template: 'tasks', subject_id: 1 })
    await eventually(async () => (await call('GET', `/documents/${document.id}`)).body.state === 'ready')
    const file = await call('GET', `/documents/${document.id}/file`)
    return { server, call, document, file: file.body }
  }

  /** A place for a restore: a folder, and on PostgreSQL an empty database. */
  async function withPlace(use: (settings: Record<string, string>) => Promise<void>): Promise<void> {
    await withFolder(async (folder) => {
      const DATA_DIR = join(folder, 'restored')
      if (!ON_POSTGRES) return use({ DATA_DIR, DATABASE_URL: '' })
      const database = await createDatabase(
        `loggia_restore_${process.pid}`,
        "template template0 encoding 'UTF8'",
      )
      await use({ DATA_DIR, DATABASE_URL: database.url }).finally(database.drop)
    })
  }

  test('a backup of a server that is written to comes back as it was in one moment', async () => {
    await withFolder(async (DATA_DIR) => {
      const { server, call, document, file } = await startFilled(DATA_DIR)
      let isDone = false
      const writing = (async () => {
        for (let at = 0; !isDone; at += 1) await call('POST', '/tasks', { text: `while ${at}` })
      })()
      const folder = join(DATA_DIR, 'backups', 'one')
      const made = await runCommand(['backup', folder, '--json'], { DATA_DIR })
      isDone = true
      await writing
      await server.end('SIGTERM')
      assert.equal(made.code, 0, made.stderr)
      const manifest = JSON.parse(made.stdout)
      assert.deepEqual(manifest, JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')))
      assert.equal(manifest.files.length, 1)

      await withPlace(async (place) => {
        const restored = await runCommand(['restore', folder], place)
        assert.equal(restored.code, 0, restored.stderr)
        const again = await startServer(place)
        const token = (await again.call('POST', '/api/v1/auth/login', login)).body.access_token
        const got = await again.call('GET', `/api/v1/documents/${document.id}/file`, { token })
        const { body: tasks } = await again.call('GET', '/api/v1/tasks?sort=created_at', { token })
        await again.end('SIGTERM')
        assert.equal(got.body, file)
        assert.equal(tasks.items[0].text, 'kept')
      })
    })
  })

  test('nobody else of the machine may read it, and no proof of it is left', async () => {
    await withFolder(async (DATA_DIR) => {
      await runCommand(['migrate'], { DATA_DIR })
      const folder = join(DATA_DIR, 'one')
      const { code, stderr } = await runCommand(['backup', folder], { DATA_DIR })
      assert.equal(code, 0, stderr)
      for (const name of ['.', ...(await readdir(folder))]) {
        assert.equal((await stat(join(folder, name))).mode & 0o077, 0, name)
      }
      assert.deepEqual(
        (await readdir(DATA_DIR)).filter((name) => name.includes('.part')),
        [],
      )
      if (ON_POSTGRES) {
        const proofs = "select datname from pg_database where datname like 'loggia_proof_%'"
        await eventually(async () => (await stored(DATA_DIR, proofs)).length === 0)
      }
    })
  })

  const damages: [what: string, damage: (folder: string) => Promise<unknown>, sentence: RegExp][] = [
    [
      'a byte too many',
      (folder) => appendFile(join(folder, nameOfDatabase()), 'x'),
      /damaged.*not what was written/,
    ],
    ['no database', (folder) => rm(join(folder, nameOfDatabase())), /damaged.*missing/],
    ['no manifest', (folder) => rm(join(folder, 'manifest.json')), /is no backup/],
    [
      'a manifest that names another row count',
      async (folder) => {
        const path = join(folder, 'manifest.json')
        const manifest = JSON.parse(await readFile(path, 'utf8'))
        manifest.tables.migrations.rows += 1
        await writeFile(path, JSON.stringify(manifest))
      },
      /not what was backed up:\n {2}migrations: \d+ rows/,
    ],
  ]
  for (const [what, damage, sentence] of damages) {
    test(`refused: a backup with ${what}, and no database is left for a server to find`, async () => {
      await withFolder(async (DATA_DIR) => {
        await runCommand(['migrate'], { DATA_DIR })
        const folder = join(DATA_DIR, 'one')
        await runCommand(['backup', folder], { DATA_DIR })
        await damage(folder)
        await withPlace(async (place) => {
          const { code, stdout, stderr } = await runCommand(['restore', folder], place)
          assert.deepEqual([code, stdout], [1, ''])
          assert.match(stderr, sentence)
          const left = await readdir(String(place['DATA_DIR'])).catch(() => [] as string[])
          assert.equal(left.includes('loggia.db'), false)
        })
      })
    })
  }

  test('a place that is not empty is left alone', async () => {
    await withFolder(async (DATA_DIR) => {
      await runCommand(['migrate'], { DATA_DIR })
      const folder = join(DATA_DIR, 'one')
      await runCommand(['backup', folder], { DATA_DIR })
      const again = await runCommand(['restore', folder], { DATA_DIR })
      const onto = await runCommand(['backup', folder], { DATA_DIR })
      assert.deepEqual([again.code, onto.code], [1, 1])
      assert.match(again.stderr, /not empty/)
      assert.match(onto.stderr, /there already/)
    })
  })

  onSqlite('a wrong DATA_DIR makes neither a backup nor a database', async () => {
    await withFolder(async (folder) => {
      const DATA_DIR = join(folder, 'mistyped')
      const { code, stderr } = await runCommand(['backup', join(folder, 'one')], { DATA_DIR })
      assert.equal(code, 1)
      assert.match(stderr, /nothing to back up/)
      assert.deepEqual(await readdir(folder), [])
    })
  })

  onSqlite('a database with a broken reference is no good backup', async () => {
    await withFolder(async (DATA_DIR) => {
      await runCommand(['migrate'], { DATA_DIR })
      const { DatabaseSync } = await import('node:sqlite')
      const file = new DatabaseSync(join(DATA_DIR, 'loggia.db'), { enableForeignKeyConstraints: false })
      file.exec('insert into user_stats (user_id) values (99)')
      file.close()
      const { code, stderr } = await runCommand(['backup', join(DATA_DIR, 'one')], { DATA_DIR })
      assert.equal(code, 1)
      assert.match(stderr, /a row of user_stats points to nothing/)
      assert.deepEqual(
        (await readdir(DATA_DIR)).filter((name) => name.startsWith('one')),
        [],
      )
    })
  })

  onPostgres('without pg_dump it says what to install', async () => {
    await withFolder(async (DATA_DIR) => {
      await runCommand(['migrate'], { DATA_DIR })
      const PATH = join(DATA_DIR, 'nothing')
      await mkdir(PATH)
      const { code, stderr } = await runCommand(['backup', join(DATA_DIR, 'one')], { DATA_DIR, PATH })
      assert.equal(code, 1)
      assert.match(stderr, /^pg_dump is not installed here.*postgresql-client/)
    })
  })

  onPostgres('the proof may use a database that is given, which is empty again after', async () => {
    await withFolder(async (DATA_DIR) => {
      await runCommand(['migrate'], { DATA_DIR })
      await withPlace(async ({ DATABASE_URL = '' }) => {
        const checkIn = (url: string, name: string) =>
          runCommand(['backup', join(DATA_DIR, name), '--check-in', url], { DATA_DIR })
        const first = await checkIn(DATABASE_URL, 'one')
        const second = await checkIn(DATABASE_URL, 'two')
        const full = await checkIn(databaseUrlOf(DATA_DIR), 'three')
        assert.deepEqual([first.code, second.code, full.code], [0, 0, 1], first.stderr + second.stderr)
        assert.match(full.stderr, /not empty/)
      })
    })
  })
})

function nameOfDatabase(): string {
  return ON_POSTGRES ? 'database.dump' : 'loggia.db'
}
