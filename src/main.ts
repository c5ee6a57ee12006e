import { enableCompileCache } from 'node:module'

/** Before anything else is imported: a second start need not parse the same source again. */
enableCompileCache()

const { run } = await import('./cli/run.ts')
process.exitCode = await run(process.argv.slice(2), process.env)
