import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { assertAccessible, openBrowser, visit, visitAs } from '../support/browser.ts'
import { fillPages } from '../support/filled.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

const PAGES = [
  '/',
  '/queues',
  '/queues/letters',
  '/queues/repairs',
  '/tasks',
  '/stores',
  '/stores/1',
  '/documents',
  '/documents/1',
  '/mail',
  '/mail/1',
  '/alerts',
  '/users',
  '/account',
]
/** The pages with a dialog, and the button that opens it. */
const DIALOGS = [
  ['/queues', 'New queue'],
  ['/queues/letters', 'Push a message'],
  ['/queues/letters', 'Settings'],
  ['/queues/letters', 'Purge'],
  ['/queues/letters', '{"to":"the notary"}'],
  ['/queues/repairs', 'Repair'],
  ['/tasks', 'Edit: Water the lemon trees'],
  ['/tasks', 'Delete: Water the lemon trees'],
  ['/stores/1', 'Edit: Olive oil'],
  ['/documents', 'New document'],
  ['/alerts', 'New rule'],
  ['/alerts', 'Record a detection'],
  ['/users', 'Edit: bruno'],
  ['/users', 'Delete: bruno'],
  ['/account', 'New key'],
  ['/account', 'Revoke: scanner'],
] as const
/** What stands without the console, in each of its states that a link alone brings about. */
const LINKED = ['/setup', '/setup?token=x', '/reset', '/reset?token=x', '/verify', '/document?id=1', '/docs']

suite('the console for readers of screens', { timeout: 400_000 }, () => {
  let loggia: TestLoggia
  let browser: Browser
  let ada: Person

  before(async () => {
    loggia = await startLoggia({ MAIL_URL: 'outbox:' })
    browser = await openBrowser()
    ada = await loggia.registerAdmin('ada')
    await loggia.register('bruno', { email: 'bruno@example.org' })
    await fillPages(loggia, ada)
  })
  after(async () => {
    await browser?.close()
    await loggia?.close()
  })

  async function open(page: Page, path: string): Promise<void> {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.getByText('Loading…').first().waitFor({ state: 'detached' })
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`no page has a serious fault in ${colorScheme}, nor a complaint`, async () => {
      const { page, complaints, context } = await visitAs(browser, loggia, ada, { colorScheme })
      for (const path of PAGES) {
        await open(page, path)
        await assertAccessible(page, path)
      }
      assert.deepEqual(complaints, [])
      await context.close()
    })

    test(`no page behind a link has one in ${colorScheme}, nor the sign-in`, async () => {
      const { page, complaints, context } = await visit(browser, loggia.address, { colorScheme })
      for (const path of ['/', ...LINKED]) {
        await page.goto(path)
        // The reference draws every operation of the API, which takes a busy machine a while.
        await page.locator('h1:visible, .title:visible').first().waitFor({ timeout: 60_000 })
        await page.getByText('Opening the reference…').waitFor({ state: 'detached' })
        await assertAccessible(page, path)
      }
      assert.deepEqual(complaints, [])
      await context.close()
    })
  }

  test('no dialog has one, and Escape brings the focus back to its button', async () => {
    const { page, complaints, context } = await visitAs(browser, loggia, ada)
    for (const [path, name] of DIALOGS) {
      await open(page, path)
      const button = page.getByRole('button', { name, exact: true })
      await button.focus()
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor()
      await assertAccessible(page, `${path}: ${name}`)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await button.and(page.locator(':focus')).waitFor()
    }
    assert.deepEqual(complaints, [])
    await context.close()
  })
})
