import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { suite, test } from 'node:test'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { movableClock } from '../support/clock.ts'
import { PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { runCommand, withFolder } from '../support/process.ts'
import { storedKeys } from '../support/signing.ts'
import { stored } from '../support/stored.ts'

const SECRET = 'a secret of more than thirty-two characters'
const EXPECTED = { issuer: 'loggia', audience: 'loggia' }

const jwks = async (loggia: TestLoggia) => (await loggia.call('GET', '/.well-known/jwks.json')).body
const kidOf = (token: string) => decodeProtectedHeader(token).kid
const statusOf = async (loggia: TestLoggia, token: string) =>
  (await loggia.call('GET', '/api/v1/users/me', { token })).status

/** Verifies an EdDSA token by a JWK, with nothing of ours. */
const PYTHON = `
import base64, json, sys
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
jwk, token = json.loads(sys.argv[1]), sys.argv[2]
decode = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
head, payload, signature = token.split(".")
Ed25519PublicKey.from_public_bytes(decode(jwk["x"])).verify(decode(signature), f"{head}.{payload}".encode())
print(json.loads(decode(payload))["sub"])
`
const hasPython = spawnSync('python3', ['-c', 'import cryptography']).status === 0

suite('signing keys', () => {
  test('the published keys hold nothing private', async () => {
    const loggia = await startLoggia()
    await loggia.register('ana')
    const { keys } = await jwks(loggia)
    await loggia.close()
    assert.equal(keys.length, 1)
    assert.deepEqual(Object.keys(keys[0]).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  })

  test('another program verifies a token by the published keys', async () => {
    const loggia = await startLoggia()
    const ana = await loggia.register('ana')
    const keySet = createLocalJWKSet(await jwks(loggia))
    await loggia.close()
    const { payload } = await jwtVerify(ana.token, keySet, EXPECTED)
    assert.equal(payload.sub, String(ana.id))
  })

  test('so does one in another language', { skip: hasPython ? false : 'no Python here' }, async () => {
    const loggia = await startLoggia()
    const ana = await loggia.register('ana')
    const [key] = (await jwks(loggia)).keys
    await loggia.close()
    const told = execFileSync('python3', ['-c', PYTHON, JSON.stringify(key), ana.token], { encoding: 'utf8' })
    assert.equal(told.trim(), String(ana.id))
  })

  test('many first requests make one key', async () => {
    const loggia = await startLoggia()
    await Promise.all(Array.from({ length: 8 }, () => loggia.loggia.keys.published()))
    const { keys } = await jwks(loggia)
    const kept = await stored(loggia.dataDir, 'select purpose from signing_keys order by purpose')
    await loggia.close()
    assert.equal(keys.length, 1)
    assert.deepEqual(
      kept.map(({ purpose }) => purpose),
      ['access', 'refresh'],
    )
  })

  test('the keys are kept over a restart', async () => {
    await withFolder(async (dataDir) => {
      const first = await startLoggia({}, { dataDir })
      const ana = await first.register('ana')
      await first.close()
      const second = await startLoggia({}, { dataDir })
      const status = await statusOf(second, ana.token)
      const later = await second.signIn('ana', PASSWORD)
      await second.close()
      assert.equal(status, 200)
      assert.equal(kidOf(later.token), kidOf(ana.token))
    })
  })

  test('a key is replaced at its age, by one, while the old one still verifies', async () => {
    const { clock, advance } = movableClock()
    const loggia = await startLoggia({ SIGNING_KEY_TTL: '10min' }, { clock })
    const ana = await loggia.register('ana')
    advance(601)
    const later = await Promise.all(Array.from({ length: 4 }, () => loggia.signIn('ana', PASSWORD)))
    const statuses = [await statusOf(loggia, ana.token), await statusOf(loggia, later[0]?.token ?? '')]
    const { keys } = await jwks(loggia)
    await loggia.close()
    assert.equal(keys.length, 2)
    assert.deepEqual(new Set(later.map(({ token }) => kidOf(token))), new Set([keys[1].kid]))
    assert.equal(keys[0].kid, kidOf(ana.token))
    assert.deepEqual(statuses, [200, 200])
  })

  test('a retired key goes once no token that it signed can be good', async () => {
    const { clock, advance } = movableClock()
    const loggia = await startLoggia({ SIGNING_KEY_TTL: '10min', SESSION_TTL: '20min' }, { clock })
    await loggia.register('ana')
    for (const seconds of [601, 601, 601]) {
      advance(seconds)
      await loggia.signIn('ana', PASSWORD)
    }
    const { keys } = await jwks(loggia)
    const kept = await storedKeys(loggia.dataDir, 'access')
    await loggia.close()
    assert.equal(keys.length, 3)
    assert.equal(kept.length, 3)
  })
})

test('keys rotated beside the running server are taken up within a minute', async () => {
  await withFolder(async (dataDir) => {
    const { clock, advance } = movableClock()
    const loggia = await startLoggia({}, { clock, dataDir })
    const ana = await loggia.register('ana')
    const { code, stderr } = await runCommand(['admin', 'rotate-keys'], { DATA_DIR: dataDir })
    advance(61)
    const later = await loggia.signIn('ana', PASSWORD)
    const kids = (await jwks(loggia)).keys.map(({ kid }: { kid: string }) => kid)
    const statuses = [await statusOf(loggia, ana.token), await statusOf(loggia, later.token)]
    const body = { refresh_token: ana.refreshToken }
    const { status: refreshed } = await loggia.call('POST', '/api/v1/auth/refresh', { body })
    await loggia.close()
    assert.equal(code, 0, stderr)
    assert.notEqual(kidOf(later.token), kidOf(ana.token))
    assert.deepEqual(kids, [kidOf(ana.token), kidOf(later.token)])
    assert.deepEqual(statuses, [200, 200])
    assert.equal(refreshed, 200)
  })
})

test("a token by another process's new key is taken at once", async () => {
  await withFolder(async (dataDir) => {
    const { clock, advance } = movableClock()
    const one = await startLoggia({}, { clock, dataDir })
    const other = await startLoggia({}, { clock, dataDir })
    await one.register('ana')
    await other.signIn('ana', PASSWORD)
    advance(2)
    await one.loggia.keys.rotate()
    const { token } = await one.signIn('ana', PASSWORD)
    const status = await statusOf(other, token)
    await one.close()
    await other.close()
    assert.equal(status, 200)
  })
})

test('a token by a process whose clock is a little ahead is taken', async () => {
  await withFolder(async (dataDir) => {
    const ahead = await startLoggia({}, { clock: () => Date.now() + 3000, dataDir })
    const other = await startLoggia({}, { dataDir })
    const status = await statusOf(other, (await ahead.register('ana')).token)
    await ahead.close()
    await other.close()
    assert.equal(status, 200)
  })
})

suite('with JWT_SECRET', () => {
  test('access tokens are HS256 for whoever shares the secret, and no key is published', async () => {
    const loggia = await startLoggia({ JWT_SECRET: SECRET })
    const ana = await loggia.register('ana')
    const { keys } = await jwks(loggia)
    const status = await statusOf(loggia, ana.token)
    await loggia.close()
    const { payload } = await jwtVerify(ana.token, Buffer.from(SECRET), {
      ...EXPECTED,
      algorithms: ['HS256'],
    })
    assert.equal(payload.sub, String(ana.id))
    assert.deepEqual(keys, [])
    assert.equal(status, 200)
  })

  test('a refresh token is still for us alone', async () => {
    const loggia = await startLoggia({ JWT_SECRET: SECRET })
    const ana = await loggia.register('ana')
    await loggia.close()
    await assert.rejects(jwtVerify(ana.refreshToken, Buffer.from(SECRET)), /signature/)
  })

  test('access tokens of before are refused, while sessions go on', async () => {
    await withFolder(async (dataDir) => {
      const before = await startLoggia({}, { dataDir })
      const ana = await before.register('ana')
      await before.close()
      const loggia = await startLoggia({ JWT_SECRET: SECRET }, { dataDir })
      const refused = await statusOf(loggia, ana.token)
      const body = { refresh_token: ana.refreshToken }
      const refreshed = await loggia.call('POST', '/api/v1/auth/refresh', { body })
      const status = await statusOf(loggia, refreshed.body.access_token)
      await loggia.close()
      assert.equal(refused, 401)
      assert.equal(status, 200)
    })
  })

  test('a token by another secret is refused', async () => {
    await withFolder(async (dataDir) => {
      const before = await startLoggia({ JWT_SECRET: `${SECRET} of before` }, { dataDir })
      const ana = await before.register('ana')
      await before.close()
      const loggia = await startLoggia({ JWT_SECRET: SECRET }, { dataDir })
      const refused = await statusOf(loggia, ana.token)
      await loggia.close()
      assert.equal(refused, 401)
    })
  })
})
