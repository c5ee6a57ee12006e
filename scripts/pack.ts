import { execFileSync } from 'node:child_process'
import { cpSync, rmSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Before "npm pack": `dist` is the program as JavaScript, with the files beside it that it reads. */
const ROOT = fileURLToPath(new URL('..', import.meta.url))

rmSync(`${ROOT}dist`, { recursive: true, force: true })
execFileSync('tsc', ['-p', 'tsconfig.pack.json'], { cwd: ROOT, stdio: 'inherit' })
cpSync(`${ROOT}src`, `${ROOT}dist`, { recursive: true, filter: (path) => extname(path) !== '.ts' })
