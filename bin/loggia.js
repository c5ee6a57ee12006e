#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BUILT, isBuilt } from './built.js'

/** Plain JavaScript for any Node: where the one that was called is too old, the one that was installed along takes over. */
const MAJOR_MIN = 26
const SOURCE = new URL('../src/main.ts', import.meta.url)
/** A package holds JavaScript made from the source instead, for Node runs no TypeScript below node_modules. */
const PACKAGED = new URL('../dist/main.js', import.meta.url)

if (Number(process.versions.node.split('.')[0]) >= MAJOR_MIN) await start()
else handOver(bundledNode())

async function start() {
  // Before anything else is imported: a second start need not parse the same source again.
  module.enableCompileCache()
  await import(program().href)
}

function program() {
  if (!existsSync(SOURCE)) return PACKAGED
  return isBuilt() ? BUILT : SOURCE
}

/** The package of this machine's kind: npm installs the one that fits. */
function bundledNode() {
  const { platform, arch } = process
  const kind = `${platform === 'win32' ? 'win' : platform}-${arch}`
  const [name, program] = [
    kind === 'darwin-arm64' ? 'node-bin' : 'node',
    platform === 'win32' ? 'node.exe' : 'node',
  ]
  try {
    const packageFile = module.createRequire(import.meta.url).resolve(`${name}-${kind}/package.json`)
    return join(dirname(packageFile), 'bin', program)
  } catch {
    process.stderr.write(`Loggia needs Node ${MAJOR_MIN}, or the one that npm installs along with it.\n`)
    return process.exit(78)
  }
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) {
    // A terminal tells the whole group, and a second SIGINT would cut the stop short.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY) || child.kill(signal))
  }
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.removeAllListeners(signal ?? 'SIGTERM')
    if (signal === null) process.exitCode = code ?? 1
    else process.kill(process.pid, signal)
  })
}
