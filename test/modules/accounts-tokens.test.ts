import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { movableClock } from '../support/clock.ts'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { forge, type StoredKey, storedKeys } from '../support/signing.ts'

suite('tokens', () => {
  const { clock, advance } = movableClock()
  let loggia: TestLoggia
  let ana: Person
  let own: StoredKey
  let refreshKey: StoredKey

  before(async () => {
    loggia = await startLoggia({}, { clock })
    ana = await loggia.register('ana')
    own = (await storedKeys(loggia.dataDir, 'access')).at(-1) as StoredKey
    refreshKey = (await storedKeys(loggia.dataDir, 'refresh')).at(-1) as StoredKey
  })
  after(() => loggia.close())

  const me = (token: string) => loggia.call('GET', '/api/v1/users/me', { token })
  const refresh = (refresh_token: string) =>
    loggia.call('POST', '/api/v1/auth/refresh', { body: { refresh_token } })
  const byUs = (changed: Record<string, unknown>) =>
    forge(ana.token, changed, { alg: 'EdDSA', kid: own.kid, key: own.sign })
  const now = () => Math.floor(clock() / 1000)

  test('an access token says whose it is, for whom, and until when', () => {
    const claims = decodeJwt(ana.token)
    const { iss, aud, sub, iat = 0, nbf, exp, fresh, role, token_type } = claims
    assert.deepEqual(
      { iss, aud, sub, fresh, role, token_type },
      {
        iss: 'loggia',
        aud: 'loggia',
        sub: String(ana.id),
        fresh: true,
        role: 'user',
        token_type: 'access',
      },
    )
    assert.ok(Math.abs(iat - now()) < 10)
    assert.equal(nbf, iat)
    assert.equal(exp, iat + 900)
    assert.match(String(claims['sid']), /^[\w-]{22}$/)
    assert.match(String(claims.jti), /^[\w-]{22}$/)
    assert.deepEqual(decodeProtectedHeader(ana.token), { alg: 'EdDSA', typ: 'JWT', kid: own.kid })
  })

  test('a refresh token says less, and lives as long as its session', () => {
    const { sid, fresh, role, token_type, iat = 0, exp } = decodeJwt(ana.refreshToken)
    assert.deepEqual(
      { fresh, role, token_type },
      { fresh: undefined, role: undefined, token_type: 'refresh' },
    )
    assert.equal(sid, decodeJwt(ana.token)['sid'])
    assert.ok(Math.abs(Number(exp) - iat - 30 * 24 * 3600) <= 1)
  })

  test('no two tokens share a jti', async () => {
    const again = await loggia.signIn('ana', ana.password)
    const ids = [ana.token, ana.refreshToken, again.token, again.refreshToken].map((t) => decodeJwt(t).jti)
    assert.equal(new Set(ids).size, 4)
  })

  test('what we would sign ourselves is taken', async () => {
    assert.equal((await me(await byUs({}))).status, 200)
  })

  const stranger = generateKeyPairSync('ed25519').privateKey
  const publicBytes = () => own.publicBytes as NonNullable<StoredKey['publicBytes']>
  const hs256 = (key: Uint8Array) => forge(ana.token, {}, { alg: 'HS256', kid: own.kid, key })
  const unsigned = (alg: string) => {
    const header = Buffer.from(JSON.stringify({ alg, typ: 'JWT', kid: own.kid })).toString('base64url')
    return `${header}.${ana.token.split('.')[1]}.`
  }
  const flipped = () => {
    const [head = '', payload = '', signature = ''] = ana.token.split('.')
    const bytes = Buffer.from(signature, 'base64url')
    bytes[10] = (bytes[10] ?? 0) ^ 1
    return `${head}.${payload}.${bytes.toString('base64url')}`
  }
  const withOtherPayload = () => {
    const [head = '', , signature = ''] = ana.token.split('.')
    const claims = { ...decodeJwt(ana.token), role: 'admin' }
    return `${head}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`
  }

  const forged: [why: string, token: () => string | Promise<string>][] = [
    ['nonsense', () => 'nonsense'],
    ['two dots', () => '..'],
    ['three empty objects', () => 'e30.e30.e30'],
    ['no signature', () => ana.token.split('.').slice(0, 2).join('.')],
    ['a changed signature', flipped],
    ['a changed role under the old signature', withOtherPayload],
    ['alg none', () => unsigned('none')],
    ['alg None', () => unsigned('None')],
    ['an empty signature', () => unsigned('EdDSA')],
    ['HMAC with the bytes of the public key', () => hs256(publicBytes().raw)],
    ['HMAC with the PEM of the public key', () => hs256(Buffer.from(publicBytes().pem))],
    ['HMAC with the DER of the public key', () => hs256(publicBytes().der)],
    ['HMAC with the key of refresh tokens', () => hs256(refreshKey.sign as Uint8Array)],
    [
      'HMAC under the kid of refresh tokens',
      () => forge(ana.token, {}, { alg: 'HS256', kid: refreshKey.kid, key: refreshKey.sign }),
    ],
    [
      'another Ed25519 key under a known kid',
      () => forge(ana.token, {}, { alg: 'EdDSA', kid: own.kid, key: stranger }),
    ],
    ['an unknown kid', () => forge(ana.token, {}, { alg: 'EdDSA', kid: 'unknown', key: stranger })],
    ['our key under an unknown kid', () => forge(ana.token, {}, { alg: 'EdDSA', kid: 'x', key: own.sign })],
    ['no kid', () => forge(ana.token, {}, { alg: 'EdDSA', kid: undefined, key: stranger })],
    ['another issuer', () => byUs({ iss: 'somebody' })],
    ['no issuer', () => byUs({ iss: undefined })],
    ['another audience', () => byUs({ aud: 'somebody' })],
    ['no audience', () => byUs({ aud: undefined })],
    ['not before tomorrow', () => byUs({ nbf: now() + 86_400 })],
    ['no end', () => byUs({ exp: undefined })],
    ['no session', () => byUs({ sid: undefined })],
    ['no type', () => byUs({ token_type: undefined })],
    ['the type of a refresh token', () => byUs({ token_type: 'refresh' })],
    ['a refresh token', () => ana.refreshToken],
  ]
  for (const [why, token] of forged) {
    test(`refused: ${why}`, async () => {
      const refused = await me(await token())
      assert.equal(refused.status, 401)
      assert.equal(refused.body.code, 'token_invalid')
      assert.equal(refused.headers.get('www-authenticate'), 'Bearer realm="loggia", error="invalid_token"')
    })
  }

  test("a token of ours for a session of somebody else's is refused", async () => {
    const ben = await loggia.register('ben')
    const stolen = await byUs({ sub: String(ben.id) })
    assert.equal((await me(stolen)).body.code, 'token_revoked')
  })

  const forgedRefresh: [why: string, token: () => string | Promise<string>][] = [
    ['an access token', () => ana.token],
    ['nonsense', () => 'nonsense'],
    [
      'the claims of a refresh token under the key of access tokens',
      () => forge(ana.refreshToken, {}, { alg: 'EdDSA', kid: own.kid, key: own.sign }),
    ],
    [
      'the type of an access token',
      () => {
        const { kid, sign: key } = refreshKey
        return forge(ana.refreshToken, { token_type: 'access' }, { alg: 'HS256', kid, key })
      },
    ],
  ]
  for (const [why, token] of forgedRefresh) {
    test(`refused as a refresh token: ${why}`, async () => {
      const refused = await refresh(await token())
      assert.equal(refused.status, 401)
      assert.equal(refused.body.code, 'token_invalid')
    })
  }

  test('the end of a token is told apart, and comes when it says', async () => {
    const { token } = await loggia.signIn('ana', ana.password)
    advance(895)
    assert.equal((await me(token)).status, 200)
    advance(6)
    const refused = await me(token)
    assert.equal(refused.status, 401)
    assert.equal(refused.body.code, 'token_expired')
  })
})

test('an access token does not outlive its session', async () => {
  const { clock, advance } = movableClock()
  const loggia = await startLoggia({ SESSION_TTL: '60s', ACCESS_TOKEN_TTL: '1h' }, { clock })
  const ana = await loggia.register('ana')
  const { iat = 0, exp } = decodeJwt(ana.token)
  const before = await loggia.call('GET', '/api/v1/users/me', { token: ana.token })
  advance(61)
  const later = await loggia.call('GET', '/api/v1/users/me', { token: ana.token })
  await loggia.close()
  assert.ok(Number(exp) <= iat + 61)
  assert.deepEqual([before.status, later.status], [200, 401])
})
