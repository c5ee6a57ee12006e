#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Plain JavaScript for any Node: where the one that was called cannot run TypeScript, the bundled one does. */
const MAJOR_MIN = 26
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

if (Number(process.versions.node.split('.')[0]) >= MAJOR_MIN) await import(main)
else handOver(bundledNode())

function bundledNode() {
  try {
    const packageFile = createRequire(import.meta.url).resolve('node/package.json')
    return join(dirname(packageFile), 'bin', 'node')
  } catch {
    process.stderr.write(`Loggia needs Node ${MAJOR_MIN}, or the one that "npm ci" brings along.\n`)
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
