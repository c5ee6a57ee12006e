import type { Step, Walk } from '../examples/compat/index.ts'

/** A walk as a Postman collection (https://schema.postman.com/json/collection/v2.1.0/), each request with its tests. */
export function postmanCollection({ title, prefix, steps }: Walk): object {
  return {
    info: {
      name: title,
      description: 'Set `baseUrl`, `adminUsername` and `adminPassword`, then run it as a whole.',
      schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json',
    },
    variable: [
      { key: 'baseUrl', value: 'http://localhost:8080' },
      { key: 'adminUsername', value: 'admin' },
      { key: 'adminPassword', value: '' },
    ],
    event: [script('prerequest', UNIQUE)],
    item: steps.map((step) => itemOf(step, prefix)),
  }
}

/** So that the collection can be run again on the same server. */
const UNIQUE = [
  "if (!pm.collectionVariables.get('unique'))",
  "  pm.collectionVariables.set('unique', Date.now().toString(36))",
]

function itemOf(step: Step, prefix: string): object {
  const { name, method, path, authorization, json, form } = step
  const header = [
    ...(authorization === undefined ? [] : [{ key: 'Authorization', value: authorization }]),
    ...(json === undefined ? [] : [{ key: 'Content-Type', value: 'application/json' }]),
  ]
  const body =
    json === undefined
      ? form && {
          mode: 'urlencoded',
          urlencoded: Object.entries(form).map(([key, value]) => ({ key, value })),
        }
      : { mode: 'raw', raw: JSON.stringify(json, null, 2) }
  return {
    name,
    request: { method, header, ...(body ? { body } : {}), url: `{{baseUrl}}${prefix}${path}` },
    event: [script('test', testsOf(step))],
  }
}

function testsOf({ status, answer, keep = {}, keepClaims = {}, patient }: Step): string[] {
  return [
    ...(patient ? patienceFor(status) : []),
    `pm.test('is ${status}', () => pm.response.to.have.status(${status}))`,
    ...(answer === undefined ? [] : answerTest(answer)),
    ...Object.entries(keep).map(
      ([name, way]) =>
        `pm.collectionVariables.set('${name}', pm.response.json()${way.startsWith('[') ? '' : '.'}${way})`,
    ),
    ...Object.entries(keepClaims).map(
      ([name, claim]) => `pm.collectionVariables.set('${name}', ${CLAIMS}.${claim})`,
    ),
  ]
}

const PAYLOAD = "pm.response.json().access_token.split('.')[1].replace(/-/g, '+').replace(/_/g, '/')"
const CLAIMS = `JSON.parse(atob(${PAYLOAD}))`

function answerTest(answer: unknown): string[] {
  return [
    `const expected = JSON.parse(pm.variables.replaceIn(${JSON.stringify(JSON.stringify(answer))}))`,
    "pm.test('answers as it should', () => pm.expect(pm.response.json()).to.deep.include(expected))",
  ]
}

const TRIES_MAX = 100
const PAUSE_MS = 100

function patienceFor(status: number): string[] {
  return [
    "const tries = Number(pm.collectionVariables.get('tries') || 0) + 1",
    `if (pm.response.code !== ${status} && tries < ${TRIES_MAX}) {`,
    "  pm.collectionVariables.set('tries', tries)",
    '  pm.execution.setNextRequest(pm.info.requestName)',
    `  return setTimeout(() => {}, ${PAUSE_MS})`,
    '}',
  ]
}

function script(listen: 'test' | 'prerequest', exec: string[]): object {
  return { listen, script: { type: 'text/javascript', exec } }
}
