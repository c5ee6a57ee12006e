#!/usr/bin/env node
import { spawn } from 'node:child_process'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { BUILT, isBuilt } from './built.js'

/** Plain JavaScript for any Node: where the one that was called cannot run TypeScript, the bundled one does. */
const MAJOR_MIN = 26
const main = new URL('../src/main.ts', import.meta.url).href

if (Number(process.versions.node.split('.')[0]) >= MAJOR_MIN) await start()
else handOver(bundledNode())

async function start() {
  // Before anything else is imported: a second start need not parse the same source again.
  module.enableCompileCache()
  await import(isBuilt() ? BUILT.href : main)
}

function bundledNode() {
  try {
    const packageFile = module.createRequire(import.meta.url).resolve('node/package.json')
    return join(dirname(packageFile), 'bin', 'node')
  } catch {
    process.stderr.write(`Loggia needs Node ${MAJOR_MIN}, or the one that "npm ci" brings along.\n`)
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
