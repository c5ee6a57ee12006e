#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** Plain JavaScript for any Node: where the one that was called is too old, the one that was installed along takes over. */
const MAJOR_MIN = 26
/** A package holds JavaScript made from the source, for Node runs no TypeScript below node_modules. */
const main = ['../src/main.ts', '../dist/main.js'].map(pathOf).find((path) => existsSync(path))

if (Number(process.versions.node.split('.')[0]) >= MAJOR_MIN) await import(pathToFileURL(main).href)
else handOver(bundledNode())

function pathOf(relative) {
  return fileURLToPath(new URL(relative, import.meta.url))
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
    const packageFile = createRequire(import.meta.url).resolve(`${name}-${kind}/package.json`)
    return join(dirname(packageFile), 'bin', program)
  } catch {
    process.stderr.write(`Loggia needs Node ${MAJOR_MIN}, or the one that npm installs along with it.\n`)
    return process.exit(78)
  }
}

function handOver(node) {
  const child = spawn(node, [main, ...process.argv.slice(2)], { stdio: 'inherit' })
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
