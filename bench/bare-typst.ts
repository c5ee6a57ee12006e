import { fileURLToPath } from 'node:url'
import { createCompiler } from '../src/modules/documents/render/compiler.ts'
import { statsOf } from './people.ts'

// The reference: the compiler alone in a process, drawing the same template one after another. It reads how many, and
// answers with the seconds that they took, of the clock and of the processor.
const TEMPLATES = fileURLToPath(new URL('../src/modules/documents/render/templates', import.meta.url))
const compile = createCompiler(TEMPLATES)
let drawn = 0

process.on('message', async (count: number) => {
  const began = performance.now()
  const used = process.cpuUsage()
  for (let left = count; left > 0; left -= 1) {
    compile('profile', JSON.stringify(profileOf(drawn)))
    drawn += 1
    await new Promise((resolve) => setImmediate(resolve))
  }
  const { user, system } = process.cpuUsage(used)
  process.send?.({ seconds: (performance.now() - began) / 1000, cpuSeconds: (user + system) / 1e6 })
})

function profileOf(index: number) {
  const username = `${['Анна', 'José', 'Ελένη', 'John'][index % 4]}-${index}`
  const generated_for = { username, email: `person${index}@example.org`, gender: null, role: 'user' }
  return {
    locale: ['en', 'es', 'ru'][index % 3],
    generated_for: { ...generated_for, member_since: '2026-11-28' },
    stats: statsOf(index),
  }
}
