import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const LAUNCHER = fileURLToPath(new URL('../../bin/loggia.js', import.meta.url))

/** `loggia ...` as it is installed, by the Node at `node`. */
export async function runLauncher(args: string[], node: string) {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(node, [LAUNCHER, ...args], { env: { PATH, HOME }, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ])
  return { code, stdout, stderr }
}
