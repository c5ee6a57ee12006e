import { finished } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'

/** Runs the test files named, or all; ends with one line that counts. */
const named = process.argv.slice(2)
const count = { passed: 0, failed: 0, skipped: 0 }

const events = run({
  globPatterns: named.length > 0 ? named : ['test/**/*.test.ts'],
  concurrency: 2,
  timeout: 300_000,
})
events.on('test:pass', ({ details, skip }) => {
  if (details.type !== 'suite') count[skip === undefined ? 'passed' : 'skipped'] += 1
})
events.on('test:fail', () => {
  count.failed += 1
})
await finished(events.compose(spec()).pipe(process.stdout, { end: false }), {
  readable: false,
  writable: false,
}).catch(() => {})
await finished(events).catch(() => {})

const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
console.log(`${count.passed} passed, ${count.failed} failed${skipped}`)
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0
