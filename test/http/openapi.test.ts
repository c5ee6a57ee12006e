import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { startLoggia, type TestLoggia } from '../support/loggia.ts'

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape is walked
type Json = any

interface Operation {
  at: string
  path: string
  operation: Json
}

/** What OpenAPI 3.1 lets a schema be of JSON Schema's types. */
const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']

suite('/openapi.json', () => {
  let loggia: TestLoggia
  let document: Json
  let operations: Operation[]

  before(async () => {
    loggia = await startLoggia()
    document = (await loggia.call('GET', '/openapi.json')).body
    operations = Object.entries(document.paths as Record<string, Json>).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        at: `${method.toUpperCase()} ${path}`,
        path,
        operation,
      })),
    )
  })
  after(() => loggia.close())

  /** Every object in the document, with the names that lead to it. */
  function* objectsIn(value: Json, trail: string[] = []): Generator<{ object: Json; trail: string[] }> {
    if (value === null || typeof value !== 'object') return
    yield { object: value, trail }
    for (const [name, member] of Object.entries(value)) yield* objectsIn(member, [...trail, name])
  }

  test('is OpenAPI 3.1 with a title, a version and a licence', () => {
    assert.match(document.openapi, /^3\.1\.\d+$/)
    for (const member of ['title', 'version', 'description']) assert.match(document.info[member], /\S/)
    assert.equal(document.info.license.identifier, 'MIT')
  })

  test('has every documented route of the server and no other', () => {
    const routes = loggia.loggia.routes
      .filter(({ method, config }) => method !== 'HEAD' && !config?.undocumented)
      .map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`)
    assert.deepEqual(operations.map(({ at }) => at).sort(), routes.sort())
  })

  test('names each operation once', () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    assert.equal(new Set(ids).size, ids.length)
    for (const id of ids) assert.match(id, /^[a-z][A-Za-z0-9]+$/)
  })

  test('says of every operation what it does, and in which room', () => {
    for (const { at, operation } of operations) {
      assert.match(operation.summary ?? '', /^[A-Z0-9]/, at)
      assert.equal(operation.tags.length, 1, at)
    }
  })

  test('every $ref leads somewhere in the document', () => {
    for (const { object } of objectsIn(document)) {
      if (typeof object.$ref !== 'string') continue
      const names = object.$ref.replace(/^#\//, '').split('/')
      const target = names.reduce((value: Json, name: string) => value?.[name], document)
      assert.notEqual(target, undefined, object.$ref)
    }
  })

  test('every part of a path is a required parameter, and no other is in the path', () => {
    for (const { at, path, operation } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const inPath = operation.parameters.filter((parameter: Json) => parameter.in === 'path')
      assert.deepEqual(
        inPath.map(({ name }: Json) => name),
        named,
        at,
      )
      for (const parameter of inPath) assert.equal(parameter.required, true, at)
    }
  })

  test('no parameter is there twice, and each has a schema', () => {
    for (const { at, operation } of operations) {
      const names = operation.parameters.map((parameter: Json) => `${parameter.in} ${parameter.name}`)
      assert.equal(new Set(names).size, names.length, at)
      for (const { name, schema } of operation.parameters) assert.ok(schema, `${at} ${name}`)
    }
  })

  test('every answer has a description, and one of them is of success', () => {
    for (const { at, operation } of operations) {
      const { default: problem, ...answers } = operation.responses
      assert.ok(problem, at)
      assert.ok(
        Object.keys(answers).some((status) => /^2\d\d$/.test(status)),
        at,
      )
      for (const { description } of Object.values(answers) as Json[]) assert.match(description, /\S/, at)
    }
  })

  test('a 204 has no content, and every other success has', () => {
    for (const { at, operation } of operations) {
      for (const [status, { content }] of Object.entries(operation.responses) as [string, Json][]) {
        if (status.startsWith('2')) assert.equal(content === undefined, status === '204', `${at} ${status}`)
      }
    }
  })

  test('a token is asked for exactly where a call without one is a 401', async () => {
    for (const { at, path, operation } of operations) {
      const [method = ''] = at.split(' ')
      const { status, body } = await loggia.call(method, path.replace(/\{\w+\}/g, '1'))
      const asked = status === 401 && body.code === 'credentials_missing'
      assert.equal(operation.security.length > 0, asked, `${at}: ${status}`)
      for (const scheme of operation.security.flatMap(Object.keys))
        assert.ok(scheme in document.components.securitySchemes, at)
    }
  })

  test('schemas use only types that JSON Schema has, and patterns that compile', () => {
    for (const { object, trail } of objectsIn(document)) {
      // Members of a schema may bear any name, also that of a keyword.
      if (trail.at(-1) === 'properties') continue
      const { type, pattern } = object
      const isSchema = trail.includes('schema') || trail.includes('schemas')
      if (!isSchema || object === document.components.schemas) continue
      if (type !== undefined) for (const one of [type].flat()) assert.ok(TYPES.includes(one), trail.join('/'))
      if (typeof pattern === 'string') assert.doesNotThrow(() => new RegExp(pattern, 'u'), trail.join('/'))
    }
  })

  test('every required member is described', () => {
    for (const { object, trail } of objectsIn(document)) {
      if (!Array.isArray(object.required) || object.properties === undefined) continue
      for (const name of object.required) assert.ok(name in object.properties, `${trail.join('/')} ${name}`)
    }
  })

  test('a problem as it is answered is a problem as it is described', async () => {
    const { body } = await loggia.call('POST', '/api/v1/auth/login', { body: {} })
    const { properties, required } = document.components.schemas.Problem
    for (const member of Object.keys(body)) assert.ok(member in properties, member)
    for (const member of required) assert.ok(member in body, member)
  })

  test('Idempotency-Key is told of where it is heeded', () => {
    for (const { at, operation } of operations) {
      const isTold = operation.parameters.some(({ name }: Json) => name === 'Idempotency-Key')
      const [method = ''] = at.split(' ')
      const route = loggia.loggia.routes.find(
        ({ method: one, url }) => `${one} ${url.replace(/:(\w+)/g, '{$1}')}` === at,
      )
      const isHeeded =
        ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method) && route?.config?.idempotent !== false
      assert.equal(isTold, isHeeded, at)
    }
  })
})
