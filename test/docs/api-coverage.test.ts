import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import openapi from '../../openapi.json' with { type: 'json' }
import { exchangesOf } from '../support/api-page.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

test('every route of the API is shown on a page, with an answer', () => {
  const pages = globSync('docs/api/*.md', { cwd: ROOT }).map((page) =>
    readFileSync(`${ROOT}/${page}`, 'utf8'),
  )
  const shown = pages.flatMap(exchangesOf).map(({ method, path }) => `${method} ${path.split('?')[0]}`)
  const routes = Object.entries(openapi.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  const missing = routes.filter((route) => {
    const pattern = new RegExp(`^${route.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    return !shown.some((request) => pattern.test(request))
  })
  assert.deepEqual(missing, [])
})
