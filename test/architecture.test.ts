import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FILE_LINES_MAX = 250
const COMPAT_DOOR = 'src/compat/index.ts'

interface Source {
  path: string
  text: string
  imports: string[]
}

const sources = sourcesIn('src/**/*.ts')
/** What a browser runs; it knows the server by HTTP only, so only circles and sizes are asked of it. */
const pages = sourcesIn('console/src/**/*.{ts,tsx}')

function sourcesIn(pattern: string): Source[] {
  return globSync(pattern, { cwd: ROOT }).map((path) => {
    const text = readFileSync(join(ROOT, path), 'utf8')
    return { path, text, imports: importsOf(path, text) }
  })
}

/** Static and dynamic imports of files of ours, types too: they obey the same arrows. */
function importsOf(path: string, text: string): string[] {
  const specifiers = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, specifier]) =>
    String(specifier),
  )
  return specifiers.map((specifier) => normalize(join(dirname(path), specifier)))
}

/** The part of the house that a file stands in. */
function partOf(path: string): string {
  const [, part = '', room = ''] = path.split('/')
  if (part === 'modules' || (part === 'compat' && path !== COMPAT_DOOR)) return `${part}/${room}`
  if (part === 'platform' && room !== 'index.ts') return `platform/${room}`
  return part.replace(/\.ts$/, '')
}

const isDoor = (path: string) => path.endsWith('/index.ts')

/** Why an import must not be; null when it may. */
function objection(from: string, to: string): string | null {
  const [source, target] = [partOf(from), partOf(to)]
  if (source === target) return null
  if (source === 'main') return target === 'cli' ? null : 'main only starts the command line'
  if (source === 'cli')
    return ['app', 'operations', 'config', 'kit'].includes(target) ? null : 'commands use the app'
  if (source === 'app' || source === 'rooms' || source === 'metrics')
    return !/^(modules|compat)\//.test(target) || isDoor(to) ? null : 'app enters a room by its door'
  if (source === 'operations' && target === 'rooms') return null
  if (['app', 'rooms', 'metrics', 'cli', 'main', 'operations'].includes(target))
    return 'nobody imports the app'
  if (source === 'kit') return 'kit knows nothing of ours'
  if (source === 'operations')
    return ['config', 'kit'].includes(target) || (target.startsWith('platform/') && isDoor(to))
      ? null
      : 'operations know the doors of seams'
  if (source === 'config') return target === 'kit' ? null : 'settings know only the kit'
  if (source.startsWith('platform')) {
    if (target === 'kit' || target === 'config') return null
    return target.startsWith('platform/') && (isDoor(to) || source === target)
      ? null
      : 'a seam knows the kit and the doors of other seams'
  }
  if (source === 'http') {
    return target === 'kit' || (target.startsWith('platform/') && isDoor(to))
      ? null
      : 'http knows the kit and the doors of seams'
  }
  if (source === 'compat')
    return isDoor(to) || target === 'config' || target === 'http'
      ? null
      : 'compat picks its APIs by their doors'
  if (source.startsWith('compat/') && target.startsWith('modules/'))
    return isDoor(to) ? null : 'a published API enters a room by its door'
  if (/^(modules|compat)/.test(target)) return 'a room imports no other room'
  if (target === 'kit' || target === 'config' || target === 'http') return null
  return isDoor(to) ? null : 'a room enters a seam by its door'
}

test('imports run one way', () => {
  const broken = sources.flatMap(({ path, imports }) =>
    imports.flatMap((target) => {
      const why = objection(path, target)
      return why === null ? [] : [`${path} -> ${target}: ${why}`]
    }),
  )
  assert.deepEqual(broken, [])
})

test('only the door of a seam imports its drivers', () => {
  const clients = ['node:sqlite', 'pg', 'ioredis', 'amqplib', 'nodemailer']
  const broken = sources.filter(({ path, text }) =>
    clients.some((client) => text.includes(`'${client}'`) && !path.startsWith('src/platform/')),
  )
  assert.deepEqual(
    broken.map(({ path }) => path),
    [],
  )
})

test('what traces is loaded only where somebody traces', () => {
  const sentences = sources.filter(({ text }) => /from '(@opentelemetry\/|.*\/otlp\.ts)/.test(text))
  const roads = sources.filter(({ text }) => /^import (?!type).*\/tracing\/index\.ts'/m.test(text))
  assert.deepEqual(
    [...sentences, ...roads].map(({ path }) => path),
    ['src/platform/tracing/otlp.ts'],
  )
})

test('no file imports itself in a circle', () => {
  const importsByPath = new Map(
    [...sources, ...pages].map(({ path, text, imports }) => [path, withoutTypeOnly(path, text, imports)]),
  )
  const done = new Set<string>()
  const circles: string[] = []

  function visit(path: string, trail: string[]): void {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '))
    if (trail.includes(path) || done.has(path)) return
    for (const next of importsByPath.get(path) ?? []) visit(next, [...trail, path])
    done.add(path)
  }
  for (const { path } of [...sources, ...pages]) visit(path, [])
  assert.deepEqual(circles, [])
})

/** A contract and its driver may name each other's types: nothing of that is there when the program runs. */
function withoutTypeOnly(path: string, text: string, imports: string[]): string[] {
  const typeOnly = [...text.matchAll(/import type [^;]*?from\s*'(\.[^']+)'/g)].map(([, to]) =>
    normalize(join(dirname(path), String(to))),
  )
  return imports.filter((target) => !typeOnly.includes(target))
}

test(`no file is longer than ${FILE_LINES_MAX} lines`, () => {
  const ours = [...sources, ...pages].filter(({ path }) => !path.startsWith('console/src/words/'))
  const long = ours.filter(({ text }) => text.split('\n').length > FILE_LINES_MAX + 1)
  assert.deepEqual(
    long.map(({ path }) => path),
    [],
  )
})

test('settings are read in config.ts alone', () => {
  const readers = sources.filter(
    ({ path, text }) => text.includes('process.env') && path !== 'src/cli/run.ts',
  )
  assert.deepEqual(
    readers.map(({ path }) => path).filter((path) => path !== 'src/main.ts'),
    [],
  )
})

test('no file bears a name that says nothing', () => {
  const vague = sources.filter(({ path }) => /(util|helper|manager|common|misc)s?\b/.test(path))
  assert.deepEqual(
    vague.map(({ path }) => path),
    [],
  )
})
