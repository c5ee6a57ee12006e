import assert from 'node:assert/strict'

/** One request of a page and the answer that it shows. */
export interface Exchange {
  line: number
  method: string
  path: string
  headers: Record<string, string>
  body: string
  answer: Shown
}

interface Shown {
  status: number
  headers: Record<string, string>
  /** JSON, text, or the events of a stream. */
  body: string
}

/** What was captured on a page, by the names it gave. */
export type Captured = Map<string, string>

/** The ```http blocks of a page: a request, an empty line, its answer. */
export function exchangesOf(markdown: string): Exchange[] {
  return [...markdown.matchAll(/^```http\n([\s\S]*?)\n```$/gm)].map(({ 1: block = '', index }) => {
    const [request = '', ...answer] = block.split('\n\n')
    const { first, headers, body } = messageIn(request)
    const [method = '', path = ''] = first.split(' ')
    const shown = messageIn(answer.join('\n\n'))
    const line = markdown.slice(0, index).split('\n').length
    const status = Number(shown.first.split(' ')[0])
    return { line, method, path, headers, body, answer: { status, headers: shown.headers, body: shown.body } }
  })
}

/** A first line, then headers, then whatever follows. Events begin after an empty line, so their fields are no headers. */
function messageIn(text: string) {
  const [first = '', ...lines] = text.split('\n')
  const end = lines.findIndex((line) => !/^[a-z-]+: /i.test(line))
  const headerLines = end === -1 ? lines : lines.slice(0, end)
  const headers = headerLines.map((line) => line.split(/: (.*)/).slice(0, 2) as [string, string])
  return {
    first,
    headers: Object.fromEntries(headers),
    body: lines.slice(headerLines.length).join('\n').trim(),
  }
}

/** `{name}` in what is sent is what was captured under that name. */
export function filledIn(text: string, captured: Captured): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = captured.get(name)
    assert.ok(value !== undefined, `Nothing was captured as {${name}}.`)
    return value
  })
}

/** The JSON of a page: `...` stands for members or items that it does not show, `{name}` for a value to capture. */
export function parseShown(text: string): unknown {
  const json = text
    .replace(/([{[,]\s*)\.\.\.(?=\s*\})/g, '$1"...":0')
    .replace(/([{[,]\s*)\.\.\.(?=\s*\])/g, '$1"..."')
    .replace(/([:[,]\s*)(\{\w+\})/g, '$1"$2"')
  return JSON.parse(json)
}

/** Throws unless `actual` is as shown. A time is as good as any other; `...` within a text stands for any. */
export function assertShown(shown: unknown, actual: unknown, captured: Captured, at = ''): void {
  if (typeof shown === 'string') assertText(shown, actual, captured, at)
  else if (Array.isArray(shown)) assertList(shown, actual, captured, at)
  else if (typeof shown === 'object' && shown !== null) assertObject(shown, actual, captured, at)
  else assert.equal(actual, shown, at)
}

const TIME = '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z'

function assertText(shown: string, actual: unknown, captured: Captured, at: string): void {
  const names: string[] = []
  const pattern = shown
    .split(new RegExp(`(\\.\\.\\.|\\{\\w+\\}|${TIME})`))
    .map((part) => {
      const [, name] = /^\{(\w+)\}$/.exec(part) ?? []
      if (part === '...') return '[\\s\\S]*'
      if (new RegExp(TIME).test(part)) return TIME
      const known = name === undefined ? part : captured.get(name)
      if (known !== undefined) return RegExp.escape(known)
      names.push(String(name))
      return '([^\\s"/?&>]+)'
    })
    .join('')
  const found = new RegExp(`^${pattern}$`).exec(String(actual))
  assert.ok(found, `${at}: ${JSON.stringify(actual)?.slice(0, 500)} is not as shown: ${shown}`)
  for (const [n, name] of names.entries()) captured.set(name, String(found[n + 1]))
}

function assertList(shown: unknown[], actual: unknown, captured: Captured, at: string): void {
  assert.ok(Array.isArray(actual), `${at} is no list`)
  const isOpen = shown.at(-1) === '...'
  const items = isOpen ? shown.slice(0, -1) : shown
  for (const [n, item] of items.entries()) assertShown(item, actual[n], captured, `${at}/${n}`)
  assert.ok(
    isOpen ? actual.length >= items.length : actual.length === items.length,
    `${at} has ${actual.length} items`,
  )
}

function assertObject(shown: object, actual: unknown, captured: Captured, at: string): void {
  assert.ok(typeof actual === 'object' && actual !== null, `${at}: ${JSON.stringify(actual)} is no object`)
  const { '...': open, ...members } = shown as Record<string, unknown>
  for (const [name, member] of Object.entries(members)) {
    assertShown(member, (actual as Record<string, unknown>)[name], captured, `${at}/${name}`)
  }
  const hidden = Object.keys(actual).filter((name) => !(name in members))
  assert.ok(open !== undefined || hidden.length === 0, `${at} has ${hidden} too`)
}
