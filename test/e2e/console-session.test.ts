import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { assertAccessible, openBrowser, visitAs } from '../support/browser.ts'
import { PASSWORD, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

suite('sessions of the console', { timeout: 120_000 }, () => {
  let loggia: TestLoggia
  let browser: Browser
  let ada: Person

  before(async () => {
    loggia = await startLoggia()
    browser = await openBrowser()
    ada = await loggia.registerAdmin('ada')
  })
  after(async () => {
    await browser?.close()
    await loggia?.close()
  })

  async function endAllSessions({ username }: Person): Promise<void> {
    const { token } = await loggia.signIn(username, PASSWORD)
    await loggia.call('POST', '/api/v1/auth/logout-all', { token })
  }

  test('two windows that renew their session at once both stay signed in', async () => {
    const { page, context, complaints } = await visitAs(browser, loggia, ada)
    const other = await context.newPage()
    for (let round = 0; round < 3; round += 1) {
      await Promise.all([page, other].map((window) => window.goto('/')))
      for (const window of [page, other])
        await window.getByRole('heading', { name: 'Welcome, ada' }).waitFor()
    }
    await page.getByRole('button', { name: 'Sign out' }).click()
    await other.getByRole('button', { name: 'Sign in' }).waitFor()
    assert.deepEqual(complaints, [])
    await context.close()
  })

  test('a form that is sent after the session was ended goes through once the person is back', async () => {
    const bruno = await loggia.register('bruno')
    const { page, context, complaints } = await visitAs(browser, loggia, bruno, { expected: /401/ })
    await page.goto('/tasks')
    await page.getByText('Nothing to do.').waitFor()
    await page.getByLabel('Task', { exact: true }).fill('Write to the notary')
    await endAllSessions(bruno)
    await page.getByRole('button', { name: 'Add a task' }).click()
    const question = page.getByRole('dialog', { name: 'Your session has ended' })
    await question.getByText('What you were writing is kept.').waitFor()
    await page.keyboard.press('Escape')
    await assertAccessible(page, 'signing in again')
    await question.getByLabel('Password', { exact: true }).fill('wrong horse battery')
    await question.getByRole('button', { name: 'Sign in', exact: true }).click()
    await question.getByText('The username or the password is wrong.').waitFor()
    await question.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await question.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('region', { name: 'My tasks' }).getByText('Write to the notary').waitFor()
    assert.equal(await page.getByRole('dialog').count(), 0)
    assert.deepEqual(complaints, [])
    await context.close()
  })

  test('of two windows whose session was ended, one sign-in brings both back', async () => {
    const chiara = await loggia.register('chiara')
    const { page, context, complaints } = await visitAs(browser, loggia, chiara, { expected: /401/ })
    const other = await context.newPage()
    for (const window of [page, other]) {
      await window.goto('/tasks')
      await window.getByText('Nothing to do.').waitFor()
    }
    await endAllSessions(chiara)
    for (const window of [page, other]) {
      await window.getByLabel('Show', { exact: true }).selectOption('all')
      await window.getByRole('dialog', { name: 'Your session has ended' }).waitFor()
    }
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    for (const window of [page, other]) await window.getByRole('dialog').waitFor({ state: 'detached' })
    await other.getByLabel('Task', { exact: true }).fill('Call the notary')
    await other.getByRole('button', { name: 'Add a task' }).click()
    await other.getByRole('region', { name: 'My tasks' }).getByText('Call the notary').waitFor()
    assert.deepEqual(complaints, [])
    await context.close()
  })

  test('somebody else may sign in where a session was ended, and finds nothing of it', async () => {
    const dora = await loggia.register('dora')
    const { page, context } = await visitAs(browser, loggia, dora, { expected: /401/ })
    await page.goto('/tasks')
    await page.getByText('Nothing to do.').waitFor()
    await page.getByLabel('Task', { exact: true }).fill('a secret of Dora')
    await endAllSessions(dora)
    await page.getByRole('button', { name: 'Add a task' }).click()
    await page.getByRole('button', { name: 'Sign in as somebody else' }).click()
    await page.getByLabel('Username or e-mail').fill('ada')
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Tasks', level: 1 }).waitFor()
    assert.equal(await page.getByLabel('Task', { exact: true }).inputValue(), '')
    const { body } = await loggia.call('GET', '/api/v1/tasks', { token: ada.token })
    assert.deepEqual(body.items, [])
    await context.close()
  })

  test('a page that is opened anew with an ended session asks to sign in', async () => {
    const erika = await loggia.register('erika')
    const { page, context } = await visitAs(browser, loggia, erika, { expected: /401/ })
    await endAllSessions(erika)
    await page.goto('/account')
    await page.getByText('Your session has ended. Sign in to go on.').waitFor()
    await context.close()
  })
})
