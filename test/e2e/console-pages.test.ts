import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, beforeEach, suite, test } from 'node:test'
import type { Browser, Page, Route } from 'playwright-core'
import { openBrowser, type Visit, visitAs } from '../support/browser.ts'
import { PASSWORD, type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

suite('the main job of each page of the console', { timeout: 240_000 }, () => {
  let loggia: TestLoggia
  let browser: Browser
  let ada: Person
  let opened: Visit
  let page: Page

  before(async () => {
    loggia = await startLoggia({ MAIL_URL: 'outbox:' })
    browser = await openBrowser()
    ada = await loggia.registerAdmin('ada')
    opened = await visitAs(browser, loggia, ada)
    page = opened.page
  })
  after(async () => {
    await browser?.close()
    await loggia?.close()
  })
  beforeEach(() => {
    opened.complaints.length = 0
  })

  const panel = (name: string) => page.getByRole('region', { name, exact: true })
  const dialog = () => page.getByRole('dialog')
  const api = async (method: string, path: string, body?: object) => {
    const { token } = ada
    const answer = await loggia.call(method, `/api/v1${path}`, { token, ...(body && { body }) })
    assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  test('queues: made, filled, browsed, searched, and purged only by its name', async () => {
    await page.goto('/queues')
    await page.getByText('No queue yet.').waitFor()
    await page.getByRole('button', { name: 'New queue' }).click()
    await dialog().getByLabel('Name').fill('orders')
    await dialog().getByRole('button', { name: 'New queue' }).click()
    await page.getByRole('heading', { name: 'orders', level: 1 }).waitFor()

    for (const body of ['{"order": 1', '{"order": 1, "town": "Ronda"}']) {
      if ((await dialog().count()) === 0) await page.getByRole('button', { name: 'Push a message' }).click()
      await dialog().getByLabel('Message').fill(body)
      await dialog().getByRole('button', { name: 'Push a message' }).click()
      if (body.endsWith('1')) await dialog().getByRole('alert').waitFor()
    }
    await panel('Messages').getByText('"town":"Ronda"').waitFor()
    await api('POST', '/queues/orders/messages', { body: { order: 2, town: 'Cádiz' } })
    await panel('Messages').getByText('"town":"Cádiz"').waitFor()
    await panel('Messages').getByPlaceholder('Search in messages').fill('Ronda')
    await panel('Messages').getByText('"town":"Cádiz"').waitFor({ state: 'detached' })
    await panel('Messages').getByText('"town":"Ronda"').click()
    await dialog().getByText('"town": "Ronda"').waitFor()
    await dialog().getByRole('button', { name: 'Close' }).click()

    await page.getByRole('button', { name: 'Purge' }).click()
    await dialog().getByLabel('To go on, type orders').fill('order')
    await dialog().getByRole('button', { name: 'Purge' }).click()
    await dialog().getByText('This is not the name.').waitFor()
    assert.equal((await api('GET', '/queues/orders')).waiting, 2)
    await dialog().getByLabel('To go on, type orders').fill('orders')
    await dialog().getByRole('button', { name: 'Purge' }).click()
    await page.getByText('Messages removed: 2').waitFor()
    assert.equal((await api('GET', '/queues/orders')).waiting, 0)
    assert.deepEqual(opened.complaints, [])
  })

  test('a dead letter is repaired and delivered as it was mended', async () => {
    await api('PUT', '/queues/repairs', { max_deliveries: 1, lease_seconds: 30, ttl_seconds: null })
    await api('POST', '/queues/repairs/messages', { body: { price: 'twelve' } })
    const { messages } = await api('POST', '/queues/repairs/receive', { max: 1 })
    await api('POST', '/queues/repairs/nack', {
      receipts: [messages[0].receipt],
      reason: 'price is not a number',
    })

    await page.goto('/queues/repairs')
    await panel('Dead letters').getByText('price is not a number').waitFor()
    await panel('Dead letters').getByRole('button', { name: 'Repair' }).click()
    await dialog().getByLabel('Message').fill('{"price": 12}')
    await dialog().getByRole('button', { name: 'Save and redrive' }).click()
    await page.getByText('Messages waiting again: 1').waitFor()
    await panel('Dead letters').getByText('No dead letters.').waitFor()
    const delivered = await api('POST', '/queues/repairs/receive', { max: 1 })
    assert.deepEqual(delivered.messages[0].body, { price: 12 })
    assert.deepEqual(opened.complaints, [])
  })

  test('tasks: added, ticked, changed and deleted', async () => {
    await page.goto('/tasks')
    await page.getByText('Nothing to do.').waitFor()
    for (const text of ['Water the lemon trees', 'Order roof tiles']) {
      await page.getByLabel('Task', { exact: true }).fill(text)
      await page.getByRole('button', { name: 'Add a task' }).click()
      await panel('My tasks').getByText(text).waitFor()
    }
    await panel('My tasks').getByText('Water the lemon trees').click()
    await panel('My tasks').getByText('Water the lemon trees').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Edit: Order roof tiles' }).click()
    await dialog().getByLabel('Task').fill('Order 240 roof tiles')
    await dialog().getByRole('button', { name: 'Save' }).click()
    await panel('My tasks').getByText('Order 240 roof tiles').waitFor()
    const { items } = await api('GET', '/tasks')
    assert.deepEqual(
      items.map(({ text, done }: { text: string; done: boolean }) => [text, done]),
      [
        ['Order 240 roof tiles', false],
        ['Water the lemon trees', true],
      ],
    )
    await page.getByRole('button', { name: 'Delete: Order 240 roof tiles' }).click()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    assert.equal((await api('GET', '/tasks')).items.length, 2)
    await page.getByRole('button', { name: 'Delete: Order 240 roof tiles' }).click()
    await dialog().getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByText('Nothing to do.').waitFor()
    assert.deepEqual(opened.complaints, [])
  })

  test('tasks: one whose answer was lost is there once after it was sent again', async () => {
    const { page, context } = await visitAs(browser, loggia, ada, { expected: /ERR_/ })
    await page.goto('/tasks')
    await page.getByLabel('Task', { exact: true }).fill('Buy stamps')
    const loseAnswer = async (route: Route) => {
      await route.fetch()
      await route.abort()
    }
    await page.route('**/api/v1/tasks', loseAnswer, { times: 1 })
    await page.getByRole('button', { name: 'Add a task' }).click()
    await page.getByText('The server could not be reached.').waitFor()
    await page.getByRole('button', { name: 'Add a task' }).click()
    await page.getByRole('region', { name: 'My tasks' }).getByText('Buy stamps').waitFor()
    const { items } = await api('GET', '/tasks?q=stamps')
    assert.equal(items.length, 1)
    await api('DELETE', `/tasks/${items[0].id}`)
    await context.close()
  })

  test('tasks: a list read on to its second page stays as long, and comes as a file', async () => {
    for (let chapter = 1; chapter <= 25; chapter += 1)
      await api('POST', '/tasks', { text: `Read chapter ${chapter}` })
    await page.goto('/tasks')
    await page.getByRole('button', { name: 'Show more' }).click()
    await panel('My tasks').getByText('Read chapter 1', { exact: true }).waitFor()
    await panel('My tasks').getByText('Read chapter 3', { exact: true }).click()
    await panel('My tasks').getByText('Read chapter 3', { exact: true }).waitFor({ state: 'detached' })
    assert.equal(await panel('My tasks').getByRole('listitem').count(), 24)
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download CSV' }).click()
    const download = await downloading
    assert.equal(download.suggestedFilename(), 'tasks.csv')
    assert.equal((await readFile(await download.path(), 'utf8')).trim().split('\n').length, 25)
    assert.deepEqual(opened.complaints, [])
  })

  test('stores: opened, with an item, its price and its tag', async () => {
    await page.goto('/stores')
    await page.getByRole('button', { name: 'Open a store' }).click()
    await dialog().getByLabel('Name').fill('Bottega')
    await dialog().getByRole('button', { name: 'Open a store' }).click()
    await page.getByRole('heading', { name: 'Bottega', level: 1 }).waitFor()
    await page.getByRole('button', { name: 'Add an item' }).click()
    await dialog().getByLabel('Item').fill('Olive oil')
    await dialog().getByLabel('Price, EUR').fill('49.9')
    await dialog().getByRole('button', { name: 'Add an item' }).click()
    await panel('Items').getByText('€49.90').waitFor()
    await page.getByLabel('New tag').fill('kitchen')
    await page.getByRole('button', { name: 'Add a tag' }).click()
    await page.getByRole('button', { name: 'kitchen: Olive oil' }).click()
    await page.getByRole('button', { name: 'kitchen: Olive oil', pressed: true }).waitFor()
    const [item] = (await api('GET', '/items')).items
    assert.deepEqual([item.price_minor, item.tags[0].name], [4990, 'kitchen'])
    assert.deepEqual(opened.complaints, [])
  })

  test('documents: asked for, drawn, shown in the page, and downloaded whole', async () => {
    await page.goto('/documents')
    await page.getByRole('button', { name: 'New document' }).click()
    await dialog().getByLabel('What it shows').selectOption('price_list')
    await dialog().getByLabel('Store').selectOption('Bottega')
    await dialog().getByRole('button', { name: 'New document' }).click()
    await page.getByRole('heading', { name: 'Price list of a store', level: 1 }).waitFor()
    const preview = page.getByTitle('Preview')
    await preview.waitFor()
    assert.match(String(await preview.getAttribute('src')), /^blob:/)
    const downloading = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download' }).click()
    const file = await readFile(await (await downloading).path())
    assert.equal(file.subarray(0, 5).toString(), '%PDF-')
    assert.match(file.subarray(-32).toString(), /%%EOF/)
    assert.deepEqual(opened.complaints, [])
  })

  test('mail: listed, shown as it looks and as text, and sent again', async () => {
    await loggia.register('bruno', { email: 'bruno@example.org' })
    await loggia.drain()
    await page.goto('/mail')
    await page
      .getByRole('row', { name: /bruno@example\.org/ })
      .getByRole('link')
      .click()
    const paper = page.frameLocator('iframe[title="As it looks"]')
    await paper.getByRole('link', { name: 'Confirm address' }).waitFor()
    const letter = page.frames().find((frame) => frame.url().endsWith('/letter'))
    const styled = await letter?.evaluate("getComputedStyle(document.querySelector('a')).textDecorationLine")
    assert.equal(styled, 'none', 'the style that the mail carries is let in')
    assert.equal(await letter?.evaluate('self.origin'), 'null', 'it is a stranger to us')
    await panel('As text').getByText('/verify?token=').waitFor()
    await page.getByRole('button', { name: 'Send again' }).click()
    await page.getByText('The mail is on its way again.').waitFor()
    assert.deepEqual(opened.complaints, [])
  })

  test('users: one is made an administrator, another is kept out', async () => {
    await loggia.register('chiara')
    await page.goto('/users')
    for (const [name, label, value] of [
      ['bruno', 'Role', 'admin'],
      ['chiara', 'Access', 'disabled'],
    ] as const) {
      await page.getByRole('button', { name: `Edit: ${name}` }).click()
      await dialog().getByLabel(label).selectOption(value)
      await dialog().getByRole('button', { name: 'Save' }).click()
      await dialog().waitFor({ state: 'detached' })
    }
    await page.getByRole('row', { name: /bruno.*Admin/ }).waitFor()
    await page.getByRole('row', { name: /chiara.*Disabled/ }).waitFor()
    await assert.rejects(loggia.signIn('chiara', PASSWORD), /credentials_wrong/)
    assert.deepEqual(opened.complaints, [])
  })

  test('account: a key is shown once and revoked, and another session ended', async () => {
    await loggia.signIn('ada', PASSWORD)
    await page.goto('/account')
    await page.getByRole('button', { name: 'New key' }).click()
    await dialog().getByLabel('Name').fill('scanner')
    await dialog().getByLabel('Scopes').fill('queue:push:orders detections:write')
    await dialog().getByRole('button', { name: 'New key' }).click()
    await dialog().getByText('It is shown this once.').waitFor()
    const key = String(await dialog().locator('pre').textContent())
    const push = () =>
      loggia.call('POST', '/api/v1/queues/orders/messages', { token: key, body: { body: { order: 3 } } })
    assert.equal((await push()).status, 201)
    await dialog().getByRole('button', { name: 'Close' }).click()
    await page.getByRole('button', { name: 'Revoke: scanner' }).click()
    await dialog().getByRole('button', { name: 'Revoke', exact: true }).click()
    await panel('API keys').getByText('No keys yet.').waitFor()
    assert.equal((await push()).status, 401)

    const before = (await api('GET', '/auth/sessions')).items.length
    await panel('Where I am signed in')
      .getByRole('button', { name: /^Sign out: / })
      .first()
      .click()
    await panel('Where I am signed in')
      .getByRole('listitem')
      .nth(before - 1)
      .waitFor({ state: 'detached' })
    assert.deepEqual(opened.complaints, [])
  })

  test('account: the password is changed after it was asked for once more', async () => {
    const person = await loggia.register('dora')
    const visit = await visitAs(browser, loggia, person, { expected: /401/ })
    const { page } = visit
    await page.goto('/account')
    await page.getByLabel('Current password').fill(PASSWORD)
    await page.getByLabel('New password').fill('another horse battery')
    await page.getByRole('button', { name: 'Change password' }).click()
    const question = page.getByRole('dialog', { name: 'Is it you?' })
    await question.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await question.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('The password is changed.').waitFor()
    await loggia.signIn('dora', 'another horse battery')
    assert.deepEqual(visit.complaints, [])
    await visit.context.close()
  })
})
