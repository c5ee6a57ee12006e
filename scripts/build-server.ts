import { relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'
import { BUILT, isBuilt } from '../bin/built.js'

/** `npm run build:server`: the source and its query builder, 550 files, as few that a start reads in a part of the time. */
const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** Its 250 files cost a start as much as all our own. Other packages are loaded as they are. */
const BUNDLED = ['kysely']

if (!isBuilt()) {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    plugins: [atHome()],
    publicDir: false,
    ssr: { noExternal: BUNDLED, target: 'node' },
    build: {
      ssr: 'src/main.ts',
      outDir: fileURLToPath(new URL('.', BUILT)),
      emptyOutDir: true,
      target: 'esnext',
      rolldownOptions: { output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' } },
    },
  })
}

/** What a file finds by its own address, it finds where its source is. */
function atHome(): Plugin {
  const source = `${ROOT}src${sep}`
  return {
    name: 'at-home',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(source) || !code.includes('import.meta.url')) return null
      const home = JSON.stringify(`../../${relative(ROOT, id).replaceAll(sep, '/')}`)
      return code.replaceAll('import.meta.url', `new URL(${home}, import.meta.url).href`)
    },
  }
}
