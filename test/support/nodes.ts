import type { Engine } from './engines.ts'
import { openInstallation, settingsOn } from './installation.ts'
import { startLoggia, type TestLoggia } from './loggia.ts'

/** Several of the program on one installation. Each has its own connections, and whatever it keeps in memory to itself. */
export interface Nodes {
  /** Three. */
  all: [TestLoggia, TestLoggia, TestLoggia]
  /** The one whose turn it is. */
  at(turn: number): TestLoggia
  close(): Promise<void>
}

export async function startNodes(engines: Engine[], more: Record<string, string> = {}): Promise<Nodes> {
  const { path, remove } = await openInstallation(engines)
  const settings = { ...settingsOn(engines, path), ...more }
  const start = () => startLoggia(settings, { dataDir: path })
  const all: Nodes['all'] = await Promise.all([start(), start(), start()])
  return {
    all,
    at: (turn) => all[turn % all.length] as TestLoggia,
    async close() {
      await Promise.all(all.map((node) => node.close()))
      await remove()
    },
  }
}
