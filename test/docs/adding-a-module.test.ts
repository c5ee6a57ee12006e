import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGE = join(ROOT, 'docs/guide/adding-a-module.md')
const TREE = [
  'bin',
  'src',
  'test',
  'bench',
  'client',
  'examples',
  'scripts',
  'console',
  'docs',
  '.env.example',
]
const FILES = ['package.json', 'tsconfig.json', 'biome.json', 'openapi.json']

suite('who follows the page about adding a room', () => {
  let copy: string
  const written: string[] = []

  before(async () => {
    copy = await mkdtemp(join(tmpdir(), 'loggia-guide-'))
    const filter = (path: string) => !path.includes('node_modules')
    for (const name of [...TREE, ...FILES])
      await cp(join(ROOT, name), join(copy, name), { recursive: true, filter })
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
    for (const { language, path, text } of blocksOf(await readFile(PAGE, 'utf8'))) {
      await follow(join(copy, path), language, text)
      written.push(path)
    }
  })
  after(() => rm(copy, { recursive: true, force: true }))

  /** A new file, or lines of one that is there. */
  async function follow(path: string, language: string, text: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true })
    if (language === 'ts') return writeFile(path, text, { flag: 'wx' })
    await writeFile(path, changed(await readFile(path, 'utf8'), text))
  }

  /** In the copy, as somebody at a terminal would; what it printed is in the failure. */
  function run(file: string, ...args: string[]): Promise<string> {
    const env = { ...process.env, TEST_ENGINES: 'embedded' }
    // It would make a run of tests in the child a part of this one.
    Reflect.deleteProperty(env, 'NODE_TEST_CONTEXT')
    return new Promise((resolve, reject) => {
      execFile(process.execPath, [join(copy, file), ...args], { cwd: copy, env }, (error, stdout, stderr) => {
        if (error) reject(new Error(`${file} ${args.join(' ')}:\n${stdout}${stderr}`))
        else resolve(stdout)
      })
    })
  }

  test('has a room whose types fit', async () => {
    assert.ok(written.filter((path) => path.startsWith('src/modules/notes/')).length >= 6)
    await run('node_modules/typescript/bin/tsc', '-p', '.')
  })

  test('has written it in the style of the house', async () => {
    const paths = [...new Set(written)]
    await run(
      'node_modules/@biomejs/biome/bin/biome',
      'check',
      '--vcs-enabled=false',
      '--error-on-warnings',
      ...paths,
    )
  })

  test('can use it over HTTP, and repeat its effects', async () => {
    await run('scripts/generate.ts')
    assert.ok('/api/v1/notes' in JSON.parse(await readFile(join(copy, 'openapi.json'), 'utf8')).paths)
    const files = [
      'test/architecture.test.ts',
      'test/modules/notes.test.ts',
      'test/http/idempotency-effects.test.ts',
    ]
    const told = await run('scripts/test.ts', ...files)
    assert.match(told, /POST notes is answered byte for byte/)
    assert.match(told, /of two who have read the same version/)
    assert.match(told, /^\d+ passed, 0 failed$/m)
  })
})

/** The blocks of the page that name a file behind their language. */
function blocksOf(page: string): { language: string; path: string; text: string }[] {
  return [...page.matchAll(/^```(ts|diff) (\S+)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', path = '', text = '']) => ({ language, path, text }),
  )
}

/** With the lines of a diff: the old ones, which must stand there once, become the new ones. */
function changed(file: string, diff: string): string {
  const lines = diff.split('\n').filter(Boolean)
  const without = (sign: string) =>
    lines
      .filter((line) => !line.startsWith(sign))
      .map((line) => `${line.slice(1)}\n`)
      .join('')
  const [before, after] = [without('+'), without('-')]
  assert.equal(
    file.split(before).length,
    2,
    `The page changes lines that do not stand there once:\n${before}`,
  )
  return file.replace(before, () => after)
}
