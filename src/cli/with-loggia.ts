import { type Loggia, openLoggia } from '../app.ts'
import type { Call } from './command.ts'
import { createLogger } from './serve.ts'

/**
 * Opens the whole house without serving anybody, beside a server that may run: for what a person at the machine does. Standard
 * output is for its answer.
 */
export async function withLoggia(
  { settings }: Call,
  work: (loggia: Loggia) => Promise<void>,
): Promise<number> {
  const config = settings()
  const loggia = await openLoggia(config, createLogger(config, 2))
  try {
    await work(loggia)
    return 0
  } finally {
    await loggia.close()
  }
}
