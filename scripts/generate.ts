import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { walks } from '../examples/compat/index.ts'
import packageJson from '../package.json' with { type: 'json' }
import { openLoggia } from '../src/app.ts'
import { COMMANDS } from '../src/cli/commands.ts'
import { helpOf, helpOfAll } from '../src/cli/help.ts'
import { loadConfig, settings } from '../src/config.ts'
import { describeRoutes } from '../src/http/openapi.ts'
import { clientTypes } from './client-types.ts'
import { foreignOpenapi } from './foreign-openapi.ts'
import { postmanCollection } from './postman.ts'

/** Writes what is made from the schemas; with --check, only tells whether it is as it would be written. */
const checking = process.argv.includes('--check')
const files = {
  ...(await apiDocuments()),
  'docs/configuration.md': configurationPage(),
  '.env.example': environmentExample(),
  'docs/guide/command-line.md': commandLinePage(),
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

/** `openapi.json` and the client's types of it, and for each published API its document and its Postman collection. */
async function apiDocuments(): Promise<Record<string, string>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'loggia-generate-'))
  const loggia = await openLoggia(loadConfig({ DATA_DIR: dataDir }), pino({ level: 'silent' }))
  await loggia.app.ready()
  const { version, description } = packageJson
  const documents = {
    'openapi.json': describeRoutes(loggia.routes, { title: 'Loggia', version, description }),
  }
  const foreign = Object.entries(walks).flatMap(([name, walk]) => [
    [`docs/compat/${name}.openapi.json`, foreignOpenapi(walk, loggia.compatRoutes, version)],
    [`docs/compat/${name}.postman_collection.json`, postmanCollection(walk)],
  ])
  await loggia.close()
  await rm(dataDir, { recursive: true })
  const all: [string, object][] = [...Object.entries(documents), ...(foreign as [string, object][])]
  return {
    ...Object.fromEntries(all.map(([name, document]) => [name, `${JSON.stringify(document, null, 2)}\n`])),
    'client/src/api.ts': clientTypes(documents['openapi.json']),
  }
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

function commandLinePage(): string {
  const helps = Object.entries(COMMANDS).map(
    ([name, command]) => `## ${name}\n\n\`\`\`\n${helpOf(name, command)}\`\`\`\n`,
  )
  return `# The command line

In the repository it is \`npm run loggia -- <command>\`, or \`npx loggia <command>\`; installed (\`npm install --global .\`) and in
the container image it is \`loggia <command>\`. This page is generated from \`src/cli/commands.ts\`.

\`\`\`
${helpOfAll()}\`\`\`

${helps.join('\n')}`
}

function environmentExample(): string {
  const blocks = Object.values(settings).map(
    ({ name, preset, sentence }) => `# ${sentence}\n#${name}=${preset ?? ''}\n`,
  )
  return `# Generated from src/config.ts. Every setting is optional.\n\n${blocks.join('\n')}`
}
