import assert from 'node:assert/strict'
import { pbkdf2Sync } from 'node:crypto'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import packageJson from '../../package.json' with { type: 'json' }
import { PASSWORD } from '../support/loggia.ts'
import { runCommand, startServer, withFolder } from '../support/process.ts'
import { stored, tamper } from '../support/stored.ts'

const HASH = `pbkdf2_sha256$1000$salt$${pbkdf2Sync(PASSWORD, 'salt', 1000, 32, 'sha256').toString('base64')}`

const login = async (DATA_DIR: string, username: string, password: string) => {
  const server = await startServer({ DATA_DIR })
  const { status, body } = await server.call('POST', '/api/v1/auth/login', { body: { username, password } })
  await server.end('SIGTERM')
  return { status, body }
}
const usernames = async (dataDir: string) =>
  (await stored(dataDir, 'select username from users order by id')).map(({ username }) => username)

suite('the command line', () => {
  const unknown = [['juggle'], ['admin'], ['admin', 'juggle'], ['constructor'], ['toString'], ['-x']]
  for (const args of unknown) {
    test(`${args.join(' ')}: tells what there is, and ends with 64`, async () => {
      const { code, stdout, stderr } = await runCommand(args, {})
      assert.equal(code, 64)
      assert.equal(stdout, '')
      assert.match(stderr, new RegExp(`^There is no command "${args[0]}"`))
      for (const command of [
        'serve',
        'work',
        'migrate',
        'admin create',
        'admin import',
        'admin rotate-keys',
      ]) {
        assert.ok(stderr.includes(`  ${command} `), command)
      }
    })
  }

  for (const args of [
    ['migrate', 'stats'],
    ['serve', 'now'],
    ['restore', 'one', 'two'],
    ['admin', 'create', 'root', 'root@example.org', 'password'],
    ['queue', 'stats', 'orders', 'payments'],
  ]) {
    test(`${args.join(' ')}: a word too many is refused, and nothing is done`, async () => {
      await withFolder(async (DATA_DIR) => {
        const { code, stderr } = await runCommand(args, { DATA_DIR }, PASSWORD)
        assert.equal(code, 64)
        assert.match(stderr, new RegExp(`^"${args.at(-1)}" is a word too many\\. "loggia .+ --help"`))
        assert.deepEqual(await readdir(DATA_DIR), [])
      })
    })
  }

  test('--version says which it is', async () => {
    const { code, stdout } = await runCommand(['--version'], {})
    assert.deepEqual([code, stdout], [0, `${packageJson.version}\n`])
  })

  test('commands that change something tell it as JSON, too', async () => {
    await withFolder(async (DATA_DIR) => {
      const run = async (args: string[], input = '') => {
        const { code, stdout } = await runCommand([...args, '--json'], { DATA_DIR }, input)
        assert.equal(code, 0, args.join(' '))
        return JSON.parse(stdout)
      }
      const { applied } = await run(['migrate'])
      assert.ok(applied.includes('alerts/001_alerts'))
      assert.deepEqual(await run(['admin', 'create', 'root'], PASSWORD), { id: 1, username: 'root' })
      const line = JSON.stringify({ username: 'ana', email: 'ana@example.org', password_hash: HASH })
      assert.deepEqual(await run(['admin', 'import'], line), { taken: 1, refused: [] })
      const { id } = await run(['keys', 'create', 'root', 'gate', 'detections:write'])
      assert.deepEqual(await run(['keys', 'revoke', 'root', String(id)]), { id, revoked: true })
    })
  })

  test('--help is no mistake', async () => {
    const { code, stdout, stderr } = await runCommand(['--help'], {})
    assert.equal(code, 0)
    assert.match(stdout + stderr, /admin import/)
  })

  test('a command with wrong settings ends with 78', async () => {
    const { code, stderr } = await runCommand(['migrate'], { PORT: 'x' })
    assert.equal(code, 78)
    assert.match(stderr, /PORT/)
  })

  test('migrate makes the tables, and may be run again', async () => {
    await withFolder(async (DATA_DIR) => {
      const codes = [await runCommand(['migrate'], { DATA_DIR }), await runCommand(['migrate'], { DATA_DIR })]
      assert.deepEqual(
        codes.map(({ code, stderr }) => [code, stderr]),
        [
          [0, ''],
          [0, ''],
        ],
      )
      assert.deepEqual(await stored(DATA_DIR, 'select * from users'), [])
    })
  })

  test('migrate by several at the same moment is done once', async () => {
    await withFolder(async (DATA_DIR) => {
      const runs = await Promise.all([1, 2, 3].map(() => runCommand(['migrate'], { DATA_DIR })))
      assert.deepEqual(
        runs.map(({ code, stderr }) => [code, stderr]),
        [
          [0, ''],
          [0, ''],
          [0, ''],
        ],
      )
    })
  })

  for (const command of [['migrate'], ['serve'], ['admin', 'rotate-keys']]) {
    test(`a database of a newer version is left alone by ${command.join(' ')}`, async () => {
      await withFolder(async (DATA_DIR) => {
        await runCommand(['migrate'], { DATA_DIR })
        await tamper(DATA_DIR, "insert into migrations values ('tasks/999_of_tomorrow', 0)")
        const { code, stdout, stderr } = await runCommand(command, { DATA_DIR, PORT: '0' })
        assert.equal(code, 1)
        assert.equal(stdout, '')
        assert.match(
          stderr,
          /^The database was migrated by a newer version \(tasks\/999_of_tomorrow\)[^\n]*\n$/,
        )
      })
    })
  }
})

suite('admin create', () => {
  test('makes an administrator who can sign in', async () => {
    await withFolder(async (DATA_DIR) => {
      const args = ['admin', 'create', 'root', 'root@example.org']
      const { code, stdout } = await runCommand(args, { DATA_DIR }, `${PASSWORD}\n`)
      const { body } = await login(DATA_DIR, 'root@example.org', PASSWORD)
      assert.equal(code, 0)
      assert.match(stdout, /root/)
      assert.equal(body.user.role, 'admin')
    })
  })

  test('takes the password as it is, spaces and all', async () => {
    await withFolder(async (DATA_DIR) => {
      await runCommand(['admin', 'create', 'root'], { DATA_DIR }, ' a password with spaces \r\n')
      assert.equal((await login(DATA_DIR, 'root', ' a password with spaces ')).status, 200)
    })
  })

  const refusals: [why: string, args: string[], input: string, sentence: RegExp, exit?: number][] = [
    ['no name', [], PASSWORD, /Name the administrator/, 64],
    ['no password', ['root'], '', /password/, 64],
    ['a short password', ['root'], 'short', /"password" .*8 characters/],
    ['a long password', ['root'], 'x'.repeat(257), /"password" .*256 characters/],
    ['a name that turns the line', ['a\u202eb'], PASSWORD, /"username"/],
    ['no address', ['root', 'root'], PASSWORD, /"email"/],
    ['a name that is taken', ['TAKEN'], PASSWORD, /Another account has this name/],
  ]
  for (const [why, args, input, sentence, exit = 1] of refusals) {
    test(`refused: ${why}`, async () => {
      await withFolder(async (DATA_DIR) => {
        await runCommand(['admin', 'create', 'taken'], { DATA_DIR }, PASSWORD)
        const { code, stderr } = await runCommand(['admin', 'create', ...args], { DATA_DIR }, input)
        assert.equal(code, exit)
        assert.match(stderr, sentence)
        assert.doesNotMatch(stderr, /^ +at /m)
        assert.deepEqual(await usernames(DATA_DIR), ['taken'])
      })
    })
  }
})

suite('admin import', () => {
  const lines = [
    JSON.stringify({ username: 'ana', email: 'ana@example.org', password_hash: HASH }),
    '{"username": "broken',
    '',
    JSON.stringify({ username: 'ben', email: '', password_hash: HASH }),
    JSON.stringify({ username: 'ANA', password_hash: HASH }),
    JSON.stringify({ username: 'eve', email: 'Ana@Example.org', password_hash: HASH }),
    JSON.stringify({ username: 'fay', password_hash: 'plain text' }),
    'null',
    JSON.stringify({ username: 'gus', email: '', password_hash: HASH }),
  ].join('\n')

  async function check(
    dataDir: string,
    { code, stdout, stderr }: { code: number | null; stdout: string; stderr: string },
  ) {
    assert.equal(code, 1)
    assert.match(stdout, /3 accounts taken over, 5 refused/)
    assert.deepEqual(
      [...stderr.matchAll(/^line (\d+): /gm)].map(([, line]) => Number(line)),
      [2, 5, 6, 7, 8],
    )
    assert.deepEqual(await usernames(dataDir), ['ana', 'ben', 'gus'])
  }

  test('takes over what it can from a file, and names the lines that it cannot', async () => {
    await withFolder(async (DATA_DIR) => {
      const path = join(DATA_DIR, 'accounts.jsonl')
      await writeFile(path, lines)
      await check(DATA_DIR, await runCommand(['admin', 'import', path], { DATA_DIR }))
      assert.equal((await login(DATA_DIR, 'ana', PASSWORD)).status, 200)
    })
  })

  test('the same from standard input', async () => {
    await withFolder(async (DATA_DIR) => {
      await check(DATA_DIR, await runCommand(['admin', 'import'], { DATA_DIR }, lines))
    })
  })

  test('beside a running server', async () => {
    await withFolder(async (DATA_DIR) => {
      const server = await startServer({ DATA_DIR })
      const { code } = await runCommand(['admin', 'import'], { DATA_DIR }, lines.split('\n')[0])
      const body = { username: 'ana', password: PASSWORD }
      const { status } = await server.call('POST', '/api/v1/auth/login', { body })
      await server.end('SIGTERM')
      assert.equal(code, 0)
      assert.equal(status, 200)
    })
  })

  test('tells of a file that is not there', async () => {
    await withFolder(async (DATA_DIR) => {
      const { code, stderr } = await runCommand(['admin', 'import', '/nowhere'], { DATA_DIR })
      assert.equal(code, 1)
      assert.match(stderr, /no such file[^\n]*\n$/)
    })
  })
})
