import { createHash, randomUUID } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const ROOT = new URL('../../', import.meta.url)
const CONSOLE = new URL('console/', ROOT)
export const CONSOLE_DIST = new URL('dist/', CONSOLE)
/** What the console is made of; `dist/source` keeps the hash of it all. */
const SOURCES = ['console/src/**/*.*', 'console/*.css']

/**
 * The built console stands in `console/dist` after this, made from the sources as they are. Answers false when there is none
 * and none can be made, because Vite or the source is not here; one that is out of date is better than none.
 */
export async function readyConsole(): Promise<boolean> {
  const built = await builtFrom()
  if (built === sourceHash()) return true
  const isSourceHere = existsSync(new URL('src/', CONSOLE))
  const vite = isSourceHere ? await import('vite').catch(() => null) : null
  if (vite === null) return built !== null
  await build(vite)
  return true
}

async function builtFrom(): Promise<string | null> {
  return readFile(new URL('source', CONSOLE_DIST), 'utf8').catch(() => null)
}

/** By content: times of change say nothing after a checkout. */
function sourceHash(): string {
  const hash = createHash('sha256')
  const cwd = fileURLToPath(ROOT)
  for (const path of SOURCES.flatMap((pattern) => globSync(pattern, { cwd })).sort())
    hash.update(path).update(readFileSync(new URL(path, ROOT)))
  return hash.digest('hex')
}

/** Made aside and moved into place, so that two builds at once, or one that ends half-way, leave a whole console. */
async function build(vite: typeof import('vite')): Promise<void> {
  const { default: react } = await import('@vitejs/plugin-react')
  const hash = sourceHash()
  const aside = fileURLToPath(new URL(`.dist-${randomUUID()}`, CONSOLE))
  try {
    await vite.build({
      root: fileURLToPath(new URL('src/', CONSOLE)),
      base: '/console/',
      configFile: false,
      logLevel: 'error',
      plugins: [react()],
      publicDir: false,
      build: {
        outDir: aside,
        emptyOutDir: true,
        assetsDir: 'assets',
        // Nothing inline: the policy of the page takes no data: script or style.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        target: ['chrome123', 'firefox120', 'safari17.5'],
        cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
        rolldownOptions: { external: [/^\/console\//] },
      },
    })
    await writeFile(`${aside}/source`, hash)
    await moveIntoPlace(aside)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
}

async function moveIntoPlace(aside: string): Promise<void> {
  const place = fileURLToPath(CONSOLE_DIST)
  const outdated = `${aside}-outdated`
  await rename(place, outdated).catch(() => {})
  await rename(aside, place).catch(async (error) => {
    // Another build was faster, and it was made from the same.
    if ((await builtFrom()) === null) throw error
  })
  await rm(outdated, { recursive: true, force: true })
}
