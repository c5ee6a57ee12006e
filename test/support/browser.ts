import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'
const DEADLINE_MS = 15_000
const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] })
}

export interface Visit {
  context: BrowserContext
  page: Page
  /** What the console of the browser complained of, and each request to another host. */
  complaints: string[]
}

/** A window of its own, which remembers what went wrong in it. `expected` are complaints that a test brings about. */
export async function visit(
  browser: Browser,
  address: string,
  options: BrowserContextOptions & { expected?: RegExp } = {},
): Promise<Visit> {
  const { expected, ...more } = options
  const context = await browser.newContext({ baseURL: address, locale: 'en-GB', ...more })
  const complaints: string[] = []
  const complain = (text: string) => expected?.test(text) || complaints.push(text)
  context.setDefaultTimeout(DEADLINE_MS)
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complain(`${message.text()} ${message.location().url}`)
  })
  context.on('weberror', (error) => complain(String(error.error())))
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol.startsWith('http') && origin !== address) complain(`asked ${origin}`)
  })
  return { context, page: await context.newPage(), complaints }
}

/** The window of somebody who is signed in already, by a session of its own. */
export async function visitAs(
  browser: Browser,
  loggia: { address: string; signIn(username: string, password: string): Promise<{ refreshToken: string }> },
  { username, password }: { username: string; password: string },
  options: BrowserContextOptions & { address?: string; expected?: RegExp } = {},
): Promise<Visit> {
  const { address = loggia.address, ...more } = options
  const { refreshToken } = await loggia.signIn(username, password)
  const localStorage = [{ name: 'loggia.refresh_token', value: refreshToken }]
  return visit(browser, address, {
    ...more,
    storageState: { cookies: [], origins: [{ origin: address, localStorage }] },
  })
}

/** Nothing that axe calls serious or critical is on the page as it stands. */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  await page.evaluate(AXE)
  const found = (await page.evaluate('axe.run()')) as {
    violations: { id: string; impact: string; nodes: { html: string }[] }[]
  }
  const serious = found.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const told = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join('  ')}`)
  assert.deepEqual(told, [], what)
}
