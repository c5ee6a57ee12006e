import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createRenderer, RenderError, type Renderer } from '../../src/modules/documents/render/renderer.ts'
import type {
  PriceListData,
  ProfileData,
  TaskListData,
  TemplateName,
} from '../../src/modules/documents/render/templates.ts'
import { ask, inkOf, reading, textOf } from '../support/pdf.ts'

const ENDLESS = '#for i in range(1000000) { for j in range(1000000) { let x = i * j } }'
const CRASHING = '#("a" * 100000000000000)'

describe('the templates', () => {
  let renderer: Renderer
  before(() => {
    renderer = createRenderer({ threads: 1, timeoutMs: 30_000 })
  })
  after(() => renderer.close())

  const scripts = {
    Latin: 'Zażółć gęślą jaźń',
    Cyrillic: 'Съешь ещё этих булок',
    Greek: 'Γαζίες και μυρτιές',
    Arabic: 'محمد بن عبد الله يشتري الخبز في پاکستان',
    Hebrew: 'דג סקרן שט בים',
    Devanagari: 'नमस्ते क्षत्रिय',
    Thai: 'สวัสดีน้ำชา',
    'simplified Chinese': '你好世界统计',
    'traditional Chinese': '臺灣繁體龜',
    Japanese: 'こんにちはカタカナ漢字',
    Korean: '안녕하세요 통계',
    emoji: '😀🎉🚀',
  }
  for (const [script, text] of Object.entries(scripts)) {
    test(`${script} is drawn and can be copied`, reading, async () => {
      const pdf = await renderer.render('tasks', taskList([text]))
      assert.ok(textOf(pdf).includes(text), textOf(pdf))
      assert.ok(isAccessible(pdf), 'a character without a glyph takes the PDF/UA mark away')
    })

    test(`${script} in a name makes a sound, tagged PDF with all its fonts inside`, reading, async () => {
      const pdf = await renderer.render('profile', profile({ username: text }))
      assert.ok(textOf(pdf).includes(text), textOf(pdf))
      await using file = await onDisk(pdf)
      assert.match(ask('qpdf', ['--check', file.path]), /No syntax or stream encoding errors/)
      assertInked(pdf, 1)
      const info = ask('pdfinfo', [file.path])
      assert.match(info, /^Tagged: +yes$/m)
      assert.ok(info.includes(`Profile: ${text}`), info)
      assert.match(ask('qpdf', ['--qdf', '--object-streams=disable', file.path, '-']), /\/Lang \(en\)/)
      for (const { name, embedded, unicode } of fontsIn(ask('pdffonts', [file.path])))
        assert.deepEqual([embedded, unicode], ['yes', 'yes'], name)
    })
  }

  test('a page in every script is sound and drawn in each template', reading, async () => {
    const texts = Object.values(scripts)
    const text = texts.join(' ')
    const pages = [
      { pdf: await renderer.render('profile', profile({ username: text })), count: 1 },
      { pdf: await renderer.render('tasks', taskList(texts)), count: 1 },
      { pdf: await renderer.render('price_list', priceList(text)), count: 1 },
      { pdf: await renderer.render('tasks', taskList(Array(100).fill(text))), count: 11 },
    ]
    for (const { pdf, count } of pages) {
      await using file = await onDisk(pdf)
      assert.match(ask('qpdf', ['--check', file.path]), /No syntax or stream encoding errors/)
      assertInked(pdf, count)
    }
  })

  const hostile = [
    '<b>',
    '#panic()',
    '$x$',
    '\\',
    '*bold*',
    '@ref',
    ']#eval("1")',
    '"#import "/x"',
    '{{x}} %s &amp;',
    '//c /*',
  ]
  for (const text of hostile) {
    test(`${text} comes out as it is`, reading, async () => {
      const pages = await Promise.all([
        renderer.render('profile', profile({ username: text, email: text, gender: text, role: text })),
        renderer.render('tasks', { ...taskList([text]), author: text }),
        renderer.render('price_list', priceList(text)),
      ])
      for (const pdf of pages) assert.ok(textOf(pdf).includes(text), textOf(pdf))
    })
  }

  const sides: [string, 'left' | 'right'][] = [
    ['plain', 'left'],
    ['Съешь', 'left'],
    ['שלום', 'right'],
    ['مرحبا', 'right'],
    ['「你好」', 'left'],
  ]
  for (const [text, side] of sides) {
    test(`a task that says ${text} begins on the ${side}`, reading, async () => {
      const pdf = await renderer.render('tasks', { ...taskList([text]), author: 'x' })
      const { xMin, xMax } = placeOf(text, ask('pdftotext', ['-bbox', '-', '-'], pdf))
      assert.ok(side === 'left' ? xMin < 180 : xMax > 350, `from ${xMin} to ${xMax} points`)
    })
  }

  test('a word longer than the line is copied without gaps', reading, async () => {
    const word = 'x'.repeat(200)
    const pdf = await renderer.render('tasks', taskList([word]))
    assert.ok(textOf(pdf).replaceAll(' ', '').includes(word))
  })

  test('a character that no font can draw costs the PDF/UA mark, not the document', async () => {
    const pdf = await renderer.render('tasks', taskList(['\u{f8ffd}']))
    assert.equal(isAccessible(pdf), false)
  })

  test('half a surrogate pair and control characters do no harm', async () => {
    await renderer.render('profile', profile({ username: 'a\ud800\u0000\u0001\ufffe\r\nb' }))
  })

  test('the labels speak the language of the locale, and English for any other', reading, async () => {
    const wanted = { en: 'Total time', 'es-MX': 'Tiempo total', ru: 'Общее время', xx: 'Total time' }
    for (const [locale, label] of Object.entries(wanted)) {
      const pdf = await renderer.render('profile', { ...profile(), locale })
      assert.ok(textOf(pdf).includes(label), locale)
    }
  })

  test('the statistics stand on the profile as figures', reading, async () => {
    const text = textOf(await renderer.render('profile', profile()))
    for (const figure of ['1,128', '74', '41', '53 h 12 min', '12 March 2024']) {
      assert.ok(text.includes(figure), figure)
    }
  })

  test('a profile without statistics says so', reading, async () => {
    const stats = { session_count: 0, victory_count: 0, loss_count: 0, total_time: 0 }
    const text = textOf(await renderer.render('profile', { ...profile(), stats }))
    assert.ok(text.includes('No sessions played yet'))
  })

  test('the largest figures and the longest names keep the profile on one page', reading, async () => {
    const most = Number.MAX_SAFE_INTEGER
    const stats = { session_count: most, victory_count: most, loss_count: most, total_time: most }
    const person = { username: 'W'.repeat(64), email: `${'w'.repeat(64)}@${'w'.repeat(180)}.example` }
    const text = textOf(await renderer.render('profile', { ...profile(person), stats }))
    assert.ok(text.includes('Page 1 of 1'))
  })

  test('a long list repeats its header and numbers its pages', reading, async () => {
    const texts = Array.from({ length: 300 }, (_, i) => `Task number ${i}`)
    const text = textOf(await renderer.render('tasks', taskList(texts)))
    const pageCount = Number(/Page 1 of (\d+)/.exec(text)?.[1])
    assert.ok(pageCount > 5)
    assert.equal(text.match(/State/g)?.length, pageCount)
    assert.ok(text.includes(`Page ${pageCount} of ${pageCount}`))
    assert.ok(text.includes('Task number 299'))
  })

  const prices = [
    { currency: 'EUR', price: '12,345.67' },
    { currency: 'JPY', price: '1,234,567' },
    { currency: 'KWD', price: '1,234.567' },
  ]
  for (const { currency, price } of prices) {
    test(`1234567 minor units of ${currency} are ${price}`, reading, async () => {
      const list = priceList('Thing')
      const pdf = await renderer.render('price_list', { ...list, store: { name: 'Shop', currency } })
      assert.ok(textOf(pdf).includes(`${price} ${currency}`))
    })
  }
})

describe('the renderer', () => {
  test('gives the same bytes for the same data, in any process', async () => {
    await using first = disposable(createRenderer({ threads: 1, timeoutMs: 30_000 }))
    await using second = disposable(createRenderer({ threads: 1, timeoutMs: 30_000 }))
    await second.render('profile', profile({ username: 'somebody else' }))
    const pdf = await first.render('profile', profile())
    assert.deepEqual(await first.render('profile', profile()), pdf)
    assert.deepEqual(await second.render('profile', profile()), pdf)
  })

  test('runs no process before the first render and lets the program end after close', () => {
    const program = `
      import { createRenderer } from '${import.meta.resolve('../../src/modules/documents/render/renderer.ts')}'
      const processes = () => process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap').length
      const renderer = createRenderer({ threads: 2, timeoutMs: 30_000 })
      const before = processes()
      await renderer.render('tasks', { locale: 'en', author: 'alice', tasks: [] })
      console.log(before, processes())
      await renderer.close()`
    const options = { timeout: 30_000, encoding: 'utf8' } as const
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], options)
    assert.equal(stdout, '0 1\n')
    assert.equal(status, 0)
  })

  test('says why a template failed and draws the next one', async () => {
    await using templates = await templatesOf({ profile: '#panic("no such user")', tasks: 'fine' })
    await using renderer = disposable(createRenderer({ threads: 1, timeoutMs: 30_000, ...templates }))
    await assert.rejects(renderer.render('profile', {}), sentence(/could not be drawn: .*no such user/))
    await renderer.render('tasks', {})
  })

  test('stops a render at its time limit and harms nobody else', async () => {
    await using templates = await templatesOf({ profile: ENDLESS, tasks: 'fine' })
    await using renderer = disposable(createRenderer({ threads: 2, timeoutMs: 1000, ...templates }))
    const endless = [renderer.render('profile', {}), renderer.render('profile', {})]
    const waiting = renderer.render('tasks', {})
    await Promise.all(endless.map((render) => assert.rejects(render, sentence(/not ready within 1 s/))))
    await waiting
  })

  test('survives a crash of the compiler and harms nobody else', async () => {
    await using templates = await templatesOf({ profile: CRASHING, tasks: 'fine' })
    await using renderer = disposable(createRenderer({ threads: 1, timeoutMs: 30_000, ...templates }))
    const crashing = renderer.render('profile', {})
    const waiting = renderer.render('tasks', {})
    await assert.rejects(crashing, sentence(/stopped in the middle/))
    await waiting
  })

  test('refuses what waits, what runs and what comes when it is closed', async () => {
    await using templates = await templatesOf({ profile: ENDLESS, tasks: 'fine' })
    const renderer = createRenderer({ threads: 1, timeoutMs: 30_000, ...templates })
    const running = renderer.render('profile', {})
    const waiting = renderer.render('tasks', {})
    const refused = [running, waiting].map((render) => assert.rejects(render, sentence(/has been closed/)))
    await renderer.close()
    await Promise.all(refused)
    await assert.rejects(renderer.render('tasks', {}), sentence(/has been closed/))
  })

  const forbidden = ['#read("/etc/passwd")', '#read("../secret")', '#import "@preview/cetz:0.3.4": canvas']
  for (const source of forbidden) {
    test(`gives a template no access with ${source}`, async () => {
      await using templates = await templatesOf({ profile: source })
      await using renderer = disposable(createRenderer({ threads: 1, timeoutMs: 30_000, ...templates }))
      await assert.rejects(renderer.render('profile', {}), sentence(/could not be drawn/))
    })
  }
})

/** Of a word on the page, in points from its left edge. */
function placeOf(word: string, boxes: string) {
  const asDrawn = [...word].reverse().join('')
  const box = boxes.split('\n').find((line) => line.includes(`>${word}<`) || line.includes(`>${asDrawn}<`))
  const [xMin, xMax] = ['xMin', 'xMax'].map((side) => Number(box?.match(`${side}="([\\d.]+)"`)?.[1]))
  return { xMin: xMin ?? Number.NaN, xMax: xMax ?? Number.NaN }
}

/** Neither blank nor flooded. */
function assertInked(pdf: Uint8Array, pages: number): void {
  const ink = inkOf(pdf)
  assert.equal(ink.length, pages)
  for (const share of ink) assert.ok(share > 0.005 && share < 0.4, `${share} of a page is inked`)
}

function profile(person: Partial<ProfileData['generated_for']> = {}): ProfileData {
  return {
    locale: 'en',
    generated_for: {
      username: 'alice',
      email: 'alice@example.org',
      gender: 'female',
      role: 'user',
      member_since: '2024-03-12',
      ...person,
    },
    stats: { session_count: 1128, victory_count: 74, loss_count: 41, total_time: 191_520 },
  }
}

function taskList(texts: string[]): TaskListData {
  const tasks = texts.map((text, i) => ({
    text,
    done: i % 2 === 0,
    due_at: i % 3 === 0 ? null : '2026-02-01',
  }))
  return { locale: 'en', author: 'alice', tasks }
}

function priceList(text: string): PriceListData {
  return {
    locale: 'en',
    store: { name: text, currency: 'EUR' },
    items: [{ name: text, description: text, price_minor: 1_234_567, tags: [text] }],
  }
}

async function onDisk(pdf: Uint8Array) {
  const folder = await mkdtemp(join(tmpdir(), 'pdf-'))
  const path = join(folder, 'document.pdf')
  await writeFile(path, pdf)
  return { path, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

/** Columns of pdffonts, from the right: object id (two), uni, sub, emb. */
function fontsIn(table: string) {
  const rows = table.trim().split('\n').slice(2)
  assert.ok(rows.length > 0)
  return rows.map((row) => {
    const cells = row.trim().split(/ +/)
    return { name: String(cells[0]), embedded: cells.at(-5), unicode: cells.at(-3) }
  })
}

function isAccessible(pdf: Uint8Array): boolean {
  return Buffer.from(pdf).includes('<pdfuaid:part>1</pdfuaid:part>')
}

function sentence(pattern: RegExp) {
  return (error: unknown) => error instanceof RenderError && pattern.test(error.message)
}

function disposable(renderer: Renderer): Renderer & AsyncDisposable {
  return { ...renderer, [Symbol.asyncDispose]: () => renderer.close() }
}

async function templatesOf(sources: Partial<Record<TemplateName, string>>) {
  const templatesDir = await mkdtemp(join(tmpdir(), 'templates-'))
  for (const [name, source] of Object.entries(sources)) {
    await writeFile(join(templatesDir, `${name}.typ`), source)
  }
  return { templatesDir, [Symbol.asyncDispose]: () => rm(templatesDir, { recursive: true }) }
}
