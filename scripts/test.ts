import { finished } from 'node:stream/promises'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { SUITES, unreachable } from '../test/support/engines.ts'

/**
 * Runs the test files named, or all, and ends with one line that counts. What goes through the door runs on each set of
 * engines that is reachable, unless `TEST_ENGINES` names one.
 */
const named = process.argv.slice(2)
const EVERYTHING = ['test/**/*.test.ts']
// What brings its engines along (contracts, platform, engines) runs once.
const THROUGH_THE_DOOR = ['test/{http,modules,compat,faults,e2e}/**/*.test.ts']

const count = { passed: 0, failed: 0, skipped: 0 }
const chosen = process.env['TEST_ENGINES']

if (named.length > 0 || chosen !== undefined) await runOn(chosen ?? 'embedded', named)
else for (const name of Object.keys(SUITES)) await runOn(name, [])

const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : ''
console.log(`${count.passed} passed, ${count.failed} failed${skipped}`)
process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0

async function runOn(name: string, files: string[]): Promise<void> {
  const missing = await unreachable(...(SUITES[name] ?? []))
  if (missing !== false) {
    console.log(`Not run on "${name}": ${missing}.`)
    return
  }
  console.log(`On "${name}":`)
  // The test processes take it from here.
  process.env['TEST_ENGINES'] = name
  const all = name === 'embedded' ? EVERYTHING : THROUGH_THE_DOOR
  const events = run({ globPatterns: files.length > 0 ? files : all, concurrency: 2, timeout: 300_000 })
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
}
