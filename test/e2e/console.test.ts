import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { openBrowser, visit, visitAs } from '../support/browser.ts'
import { fillPages } from '../support/filled.ts'
import { PASSWORD, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { openProxy } from '../support/proxy.ts'

suite('the console', { timeout: 240_000 }, () => {
  let loggia: TestLoggia
  let browser: Browser
  let ada: Person

  before(async () => {
    loggia = await startLoggia({ MAIL_URL: 'outbox:' })
    browser = await openBrowser()
  })
  after(async () => {
    await browser?.close()
    await loggia?.close()
  })

  test('the setup link makes the first administrator, who signs out and in again', async () => {
    const { page, complaints, context } = await visit(browser, loggia.address)
    await page.goto(`/setup?token=${await loggia.loggia.registration.setupToken()}`)
    await page.getByLabel('Username').fill('ada')
    await page.getByLabel('E-mail').fill('ada@example.org')
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Create the account' }).click()
    await page.getByRole('heading', { name: 'Welcome, ada' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByLabel('Username or e-mail').fill('ada@example.org')
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Welcome, ada' }).waitFor()
    assert.deepEqual(complaints, [])
    await context.close()
    ada = await loggia.signIn('ada', PASSWORD)
    await fillPages(loggia, ada)
  })

  test('a wrong password is refused in words, and the form stays', async () => {
    const { page, context } = await visit(browser, loggia.address)
    await page.goto('/')
    await page.getByLabel('Username or e-mail').fill('ada')
    await page.getByLabel('Password', { exact: true }).fill('wrong horse battery')
    await page.getByRole('button', { name: 'Sign in' }).click()
    const told = await page.getByRole('alert').textContent()
    assert.match(String(told), /password/i)
    assert.match(String(told), /Request \S+/)
    await context.close()
  })

  test('at the width of a phone nothing is cut off, and the menu opens', async () => {
    const { page, complaints, context } = await visitAs(browser, loggia, ada, {
      viewport: { width: 360, height: 740 },
    })
    for (const path of ['/', '/queues', '/queues/letters', '/stores/1', '/alerts', '/users', '/account']) {
      await page.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByText('Loading…').first().waitFor({ state: 'detached' })
      const excess = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
      assert.ok(Number(excess) <= 0, `${path} is ${excess} pixels too wide`)
    }
    await page.getByRole('button', { name: 'Menu' }).click()
    await page.getByRole('dialog').getByRole('link', { name: 'Tasks' }).click()
    await page.getByRole('heading', { name: 'Tasks', level: 1 }).waitFor()
    assert.equal(await page.getByRole('dialog').count(), 0)
    assert.deepEqual(complaints, [])
    await context.close()
  })

  test('language and theme are chosen, and kept', async () => {
    const { page, complaints, context } = await visitAs(browser, loggia, ada, { colorScheme: 'light' })
    await page.goto('/tasks')
    await page.getByLabel('Language').selectOption('es')
    await page.getByRole('heading', { name: 'Tareas', level: 1 }).waitFor()
    await page.getByLabel('Idioma').selectOption('ru')
    await page.getByRole('heading', { name: 'Задачи', level: 1 }).waitFor()
    await page.getByLabel('Тема').selectOption('dark')
    await page.reload()
    await page.getByRole('heading', { name: 'Задачи', level: 1 }).waitFor()
    assert.equal(await page.evaluate('document.documentElement.lang'), 'ru')
    assert.equal(await page.evaluate('getComputedStyle(document.documentElement).colorScheme'), 'dark')
    assert.deepEqual(complaints, [])
    await context.close()
  })

  test('the first key leads past the menu', async () => {
    const { page, context } = await visitAs(browser, loggia, ada)
    await page.goto('/tasks')
    await page.getByRole('heading', { name: 'Tasks', level: 1 }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate('document.activeElement.id'), 'content')
    await context.close()
  })

  test('somebody who is no administrator is not shown what is not theirs', async () => {
    const bruno = await loggia.register('bruno')
    const { page, complaints, context } = await visitAs(browser, loggia, bruno)
    await page.goto('/users')
    await page.getByRole('heading', { name: 'This page is for administrators' }).waitFor()
    const entries = await page.getByRole('navigation').getByRole('link').allInnerTexts()
    assert.deepEqual(entries, ['Overview', 'Tasks', 'Stores', 'Documents', 'Alerts', 'Account'])
    await page.goto('/')
    await page.getByRole('heading', { name: 'Welcome, bruno' }).waitFor()
    assert.deepEqual(complaints, [])
    await context.close()
  })

  test('an action shows itself as a command', async () => {
    const { page, context } = await visitAs(browser, loggia, ada)
    await page.goto('/tasks')
    await page.getByText('Show curl').click()
    await page.getByLabel('Task', { exact: true }).fill("the notary's letter")
    await page.getByRole('region', { name: 'Add a task' }).getByRole('button', { name: 'curl' }).click()
    const command = await page.getByRole('dialog').locator('pre').textContent()
    assert.equal(
      command,
      [
        `curl -X POST '${loggia.address}/api/v1/tasks' \\`,
        '  -H "Authorization: Bearer $TOKEN" \\',
        "  -H 'Content-Type: application/json' \\",
        `  -d '{"text":"the notary'\\''s letter"}'`,
      ].join('\n'),
    )
    await context.close()
  })

  test('a server that cannot be reached is told, and tried again', async () => {
    const proxy = await openProxy(loggia.address)
    const address = new URL(proxy.url).origin
    const { page, context } = await visitAs(browser, loggia, ada, { address, expected: /ERR_/ })
    await page.goto('/tasks')
    await page.getByRole('heading', { name: 'My tasks' }).waitFor()
    proxy.refuse()
    await page.getByLabel('Show', { exact: true }).selectOption('all')
    await page.getByText('The server could not be reached.').waitFor()
    proxy.comeBack()
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('The server could not be reached.').waitFor({ state: 'detached' })
    await context.close()
    await proxy.close()
  })
})
