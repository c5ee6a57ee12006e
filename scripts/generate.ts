import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import packageJson from '../package.json' with { type: 'json' }
import { openLoggia } from '../src/app.ts'
import { loadConfig, settings } from '../src/config.ts'
import { describeRoutes } from '../src/http/openapi.ts'

/** Writes what is made from the schemas; with --check, only tells whether it is as it would be written. */
const checking = process.argv.includes('--check')
const files = {
  'openapi.json': await openapi(),
  'docs/configuration.md': configurationPage(),
  '.env.example': environmentExample(),
}

const stale: string[] = []
for (const [name, content] of Object.entries(files)) {
  const path = new URL(`../${name}`, import.meta.url)
  if ((await readFile(path, 'utf8').catch(() => '')) === content) continue
  if (checking) stale.push(name)
  else await writeFile(path, content)
}
if (stale.length > 0) {
  console.error(`Stale: ${stale.join(', ')}. Run "npm run generate".`)
  process.exitCode = 1
}

async function openapi(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'loggia-generate-'))
  const loggia = await openLoggia(loadConfig({ DATA_DIR: dataDir }), pino({ level: 'silent' }))
  await loggia.app.ready()
  const { version, description } = packageJson
  const document = describeRoutes(loggia.routes, { title: 'Loggia', version, description })
  await loggia.close()
  await rm(dataDir, { recursive: true })
  return `${JSON.stringify(document, null, 2)}\n`
}

function configurationPage(): string {
  const rows = Object.values(settings).map(({ name, preset, sentence, ...setting }) => {
    const secret =
      'secret' in setting && setting.secret ? ` Secret: \`${name}_FILE\` may name a file that holds it.` : ''
    return `| \`${name}\` | ${preset === null || preset === '' ? '' : `\`${preset}\``} | ${sentence}${secret} |`
  })
  return `# Settings

Every setting is an environment variable, read once at start. What is wrong is told all at once, and the process ends with
exit code 78. This page is generated from \`src/config.ts\`.

| name | when unset | what it does |
|---|---|---|
${rows.join('\n')}
`
}

function environmentExample(): string {
  const blocks = Object.values(settings).map(
    ({ name, preset, sentence }) => `# ${sentence}\n#${name}=${preset ?? ''}\n`,
  )
  return `# Generated from src/config.ts. Every setting is optional.\n\n${blocks.join('\n')}`
}
