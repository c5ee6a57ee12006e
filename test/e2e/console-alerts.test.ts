import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { openBrowser, visitAs } from '../support/browser.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { openProxy } from '../support/proxy.ts'
import { tamper } from '../support/stored.ts'
import { startReceiver } from '../support/webhook-receiver.ts'

suite('alerts in the console', { timeout: 120_000 }, () => {
  let loggia: TestLoggia
  let browser: Browser
  let ada: Person

  before(async () => {
    loggia = await startLoggia({ WEBHOOK_ALLOW_PRIVATE: 'true' })
    browser = await openBrowser()
    ada = await loggia.registerAdmin('ada')
  })
  after(async () => {
    await browser?.close()
    await loggia?.close()
  })

  async function detect(model: string): Promise<void> {
    const body = { year: 2020, make: 'Volvo', model, category: 'Wagon' }
    const { status } = await loggia.call('POST', '/api/v1/detections', { token: ada.token, body })
    assert.equal(status, 201)
  }

  test('a rule is made, a detection recorded, and its alert is there at once', async () => {
    const { page, complaints, context } = await visitAs(browser, loggia, ada)
    await page.goto('/alerts')
    await page.getByText('No alerts yet.').waitFor()
    await page.getByRole('button', { name: 'New rule' }).click()
    await page.getByRole('dialog').getByLabel('Name').fill('Every Volvo')
    await page.getByRole('dialog').getByLabel('Make').fill('Volvo')
    await page.getByRole('dialog').getByRole('button', { name: 'New rule' }).click()
    await page.getByText('Make: Volvo').waitFor()
    await page.getByRole('button', { name: 'Record a detection' }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel('Make').fill('Volvo')
    await form.getByLabel('Model').fill('Amazon')
    await form.getByLabel('Category').fill('Wagon')
    await form.getByRole('button', { name: 'Record a detection' }).click()
    await page.getByRole('region', { name: 'Live alerts' }).getByText('Volvo Amazon').waitFor()
    await page.getByRole('row', { name: /Volvo Amazon/ }).waitFor()
    await page.getByRole('region', { name: 'Detections by make' }).getByText('Volvo').waitFor()
    assert.deepEqual(complaints, [])
    await context.close()
  })

  test('a rule is paused, changed and deleted', async () => {
    const { page, complaints, context } = await visitAs(browser, loggia, ada)
    const ruleOf = async (name: string) => {
      const { body } = await loggia.call('GET', '/api/v1/alert-rules', { token: ada.token })
      return body.items.find((rule: { name: string }) => rule.name === name)
    }
    const dialog = page.getByRole('dialog')
    await page.goto('/alerts')
    await page.getByRole('button', { name: 'Pause: Suspicious vehicle' }).click()
    await page.getByRole('button', { name: 'Resume: Suspicious vehicle' }).waitFor()
    assert.equal((await ruleOf('Suspicious vehicle')).enabled, false)
    await page.getByRole('button', { name: 'Edit: Suspicious vehicle' }).click()
    await dialog.getByLabel('Category contains').fill('')
    await dialog.getByLabel('Year from').fill('1990')
    await dialog.getByLabel('Quiet after an alert').fill('120')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Year: 1990–… · Quiet: 2 min').waitFor()
    assert.equal((await ruleOf('Suspicious vehicle')).category_contains, null)
    await page.getByRole('button', { name: 'Delete: Suspicious vehicle' }).click()
    await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('button', { name: 'Delete: Suspicious vehicle' }).waitFor({ state: 'detached' })
    assert.equal(await ruleOf('Suspicious vehicle'), undefined)
    assert.deepEqual(complaints, [])
    await context.close()
  })

  test('a webhook is made with a secret that is shown once, and tells how its last alert fared', async () => {
    const receiver = await startReceiver()
    receiver.answer = (response) => response.writeHead(500).end()
    const { page, complaints, context } = await visitAs(browser, loggia, ada)
    const webhooks = page.getByRole('region', { name: 'Webhooks' })
    const url = `http://127.0.0.1:${receiver.port}/alerts`
    await page.goto('/alerts')
    await webhooks.getByText('No webhooks yet.').waitFor()
    await webhooks.getByRole('button', { name: 'New webhook' }).click()
    await page.getByRole('dialog').getByLabel('Address').fill(url)
    await page.getByRole('dialog').getByLabel('Alerts of').selectOption('Every Volvo')
    await page.getByRole('dialog').getByRole('button', { name: 'New webhook' }).click()
    assert.match(String(await page.getByRole('dialog').locator('pre').textContent()), /^whsec_/)
    await page.getByRole('button', { name: 'Close' }).click()
    await webhooks.getByText('Every Volvo · nothing posted yet').waitFor()
    await detect('Duett')
    await webhooks.getByText('500').waitFor()
    await webhooks.getByRole('button', { name: `Delete: ${url}` }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
    await webhooks.getByText('No webhooks yet.').waitFor()
    assert.deepEqual(complaints, [])
    await context.close()
    await receiver.close()
  })

  test('a make that is pressed in the chart narrows the detections', async () => {
    const { page, complaints, context } = await visitAs(browser, loggia, ada)
    const body = { year: 2021, make: 'Saab', model: '900', category: 'Coupe' }
    await loggia.call('POST', '/api/v1/detections', { token: ada.token, body })
    await page.goto('/alerts')
    await page.getByRole('row', { name: /Volvo/ }).first().waitFor()
    await page.getByRole('button', { name: /^Saab/ }).click()
    await page.getByRole('row', { name: /Volvo/ }).first().waitFor({ state: 'detached' })
    await page.getByRole('row', { name: /Saab 900/ }).waitFor()
    await page.getByRole('button', { name: 'Show all makes, not only Saab' }).click()
    await page.getByRole('row', { name: /Volvo/ }).first().waitFor()
    assert.deepEqual(complaints, [])
    await context.close()
  })

  test('while paused the list stands still, and tells how many wait', async () => {
    const { page, complaints, context } = await visitAs(browser, loggia, ada)
    await page.goto('/alerts')
    await page.getByText('Live', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Pause', exact: true }).click()
    await detect('P1800')
    await page.getByText('Paused, 1 waiting').waitFor()
    assert.equal(await page.getByText('Volvo P1800').count(), 0)
    await page.getByRole('button', { name: 'Resume', exact: true }).click()
    await page.getByText('Volvo P1800').waitFor()
    assert.deepEqual(complaints, [])
    await context.close()
  })

  test('a lost connection is shown, and what came meanwhile follows, each once and with its gap', async () => {
    const proxy = await openProxy(loggia.address)
    const address = new URL(proxy.url).origin
    const { page, complaints, context } = await visitAs(browser, loggia, ada, { address, expected: /ERR_/ })
    await page.goto('/alerts')
    await page.getByText('Live', { exact: true }).waitFor()
    await detect('V40')
    await page.getByText('Volvo V40').waitFor()

    proxy.refuse()
    await page.getByText('Connection lost').waitFor()
    await page.getByText('The connection was lost.').waitFor()
    for (const model of ['V50', 'V60', 'V70']) await detect(model)
    const lost = "select max(id) from detections where model = 'V50'"
    await tamper(loggia.dataDir, `delete from alerts where detection_id = (${lost})`)
    proxy.comeBack()
    await page.getByText('Volvo V70').waitFor()
    await page.getByText(/Alerts \d+ to \d+ are no longer kept\./).waitFor()
    await page.getByText('Live', { exact: true }).waitFor()
    for (const model of ['V40', 'V60', 'V70'])
      assert.equal(await page.getByText(`Volvo ${model}`).count(), 1, model)
    assert.deepEqual(complaints, [])
    await context.close()
    await proxy.close()
  })
})
