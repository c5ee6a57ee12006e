import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { openBrowser, visit, visitAs } from '../support/browser.ts'
import { fillPages } from '../support/filled.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'

/** Words that are the same in every language, or were written by people. */
const KNOWN =
  /Loggia|PDF|JavaScript|API|CSV|JSON|SUV|EUR|E-mail|curl|Chrome|Linux|ada|bruno|letters|repairs|English|Español|queue:push:\S+|detections:write|setup\?token|localhost|example\.org|Volvo|Wagon|V60|SUSPICIOUS_VEHICLE|Suspicious vehicle|Every Volvo|Bottega|Olive oil|garden|scanner|Water the lemon trees|to the notary|node|undici/g
const ENGLISH = /[A-Za-z]{3,}/g

suite('the languages of the console', { timeout: 240_000 }, () => {
  let loggia: TestLoggia
  let browser: Browser
  let ada: Person

  before(async () => {
    loggia = await startLoggia({ MAIL_URL: 'outbox:' })
    browser = await openBrowser()
    ada = await loggia.registerAdmin('ada')
    await fillPages(loggia, ada)
  })
  after(async () => {
    await browser?.close()
    await loggia?.close()
  })

  test('nothing of a page behind a link stays in English for a reader of Russian', async () => {
    const { page, context, complaints } = await visit(browser, loggia.address, { locale: 'ru-RU' })
    for (const path of [
      '/setup',
      '/setup?token=x',
      '/reset',
      '/reset?token=x',
      '/verify',
      '/document?id=1',
    ]) {
      await page.goto(path)
      await page.locator('h1:visible').waitFor()
      await page.evaluate("document.querySelector('noscript').remove()")
      const text = String(await page.evaluate('document.title + document.body.textContent'))
      assert.deepEqual(text.replaceAll(KNOWN, '').match(ENGLISH), null, path)
      assert.equal(await page.evaluate('document.documentElement.lang'), 'ru')
    }
    assert.deepEqual(complaints, [])
    await context.close()
  })

  test('a link that is no longer good is refused in the language of the reader', async () => {
    const { page, context } = await visit(browser, loggia.address, { locale: 'es-MX' })
    await page.goto('/verify?token=nothing-of-ours')
    await page.getByRole('heading', { name: 'Este enlace ya no sirve' }).waitFor()
    await page.getByText('Este enlace ya se usó o es demasiado antiguo.').waitFor()
    await context.close()
  })

  test('a refused sign-in is told in the language that was chosen', async () => {
    const { page, context } = await visit(browser, loggia.address, { locale: 'es-ES' })
    await page.goto('/')
    await page.getByLabel('Usuario o correo electrónico').fill('ada')
    await page.getByLabel('Contraseña', { exact: true }).fill('wrong horse battery')
    await page.getByRole('button', { name: 'Iniciar sesión' }).click()
    await page.getByText('El nombre de usuario o la contraseña no son correctos.').waitFor()
    await context.close()
  })

  test('nothing of the console stays in English for a reader of Russian', async () => {
    const { page, context, complaints } = await visitAs(browser, loggia, ada, { locale: 'ru-RU' })
    for (const path of [
      '/',
      '/queues',
      '/tasks',
      '/stores',
      '/stores/1',
      '/documents',
      '/alerts',
      '/users',
      '/account',
    ]) {
      await page.goto(path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByText('Загрузка').first().waitFor({ state: 'detached' })
      const text = String(await page.evaluate("document.querySelector('#root').innerText"))
      assert.deepEqual(text.replaceAll(KNOWN, '').match(ENGLISH), null, path)
    }
    assert.deepEqual(complaints, [])
    await context.close()
  })
})
