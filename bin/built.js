import { readdirSync, statSync } from 'node:fs'

const SOURCE = new URL('../src/', import.meta.url)
/** What `npm ci` makes of the source. */
export const BUILT = new URL('../build/server/main.js', import.meta.url)

/** Whether it was made of the source as it is: nothing of it has changed since, no file and no folder. */
export function isBuilt() {
  const builtAt = statSync(BUILT, { throwIfNoEntry: false })?.mtimeMs
  if (builtAt === undefined) return false
  const names = readdirSync(SOURCE, { recursive: true })
  return ['', ...names].every((name) => statSync(new URL(String(name), SOURCE)).mtimeMs <= builtAt)
}
