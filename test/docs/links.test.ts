import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { suite, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const pages = globSync(['*.md', 'docs/**/*.md', 'client/*.md'], { cwd: ROOT }).sort()
const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '')

/** Where the links of a page go to, but for those to other hosts. */
const linksOf = (page: string) =>
  [...textOf(page).matchAll(/(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^\w+:/.test(target))

/** As headings are named on the pages of code forges. */
const anchorsIn = (text: string) =>
  [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

suite('the documentation', () => {
  test('links to files and headings that there are', () => {
    const broken = pages.flatMap((page) =>
      linksOf(page).filter((link) => {
        const [path = '', anchor] = link.split('#')
        const target = path === '' ? page : normalize(join(dirname(page), path))
        if (!existsSync(join(ROOT, target))) return true
        return anchor !== undefined && !anchorsIn(textOf(target)).includes(anchor)
      }),
    )
    assert.deepEqual(broken, [])
  })

  for (const [index, folder] of [
    ['docs/guide/README.md', 'docs/guide'],
    ['docs/api/README.md', 'docs/api'],
  ] as const) {
    test(`every page of ${folder} can be reached from its first`, () => {
      const linked = linksOf(index).map((link) => normalize(join(dirname(index), link)))
      const missing = pages.filter(
        (page) => dirname(page) === folder && page !== index && !linked.includes(page),
      )
      assert.deepEqual(missing, [])
    })
  }
})
