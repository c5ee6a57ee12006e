import assert from 'node:assert/strict'
import { pbkdf2Sync } from 'node:crypto'
import { after, before, suite, test } from 'node:test'
import { hash as argon2 } from '@node-rs/argon2'
import { hash as bcrypt } from '@node-rs/bcrypt'
import { PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { stored, tamper } from '../support/stored.ts'

const ARGON2I = 1
const CURRENT = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/

/** As `django.contrib.auth.hashers` writes it: the salt is text, the key base64. */
function django(digest: 'sha1' | 'sha256', rounds: number): string {
  const key = pbkdf2Sync(PASSWORD, 'saltOfText', rounds, digest === 'sha1' ? 20 : 32, digest)
  return `pbkdf2_${digest}$${rounds}$saltOfText$${key.toString('base64')}`
}

/** As `passlib.hash` writes it: salt and key in base64 with `.` for `+` and no padding; SHA-1 goes unnamed. */
function passlib(digest: 'sha1' | 'sha256' | 'sha512', rounds: number): string {
  const salt = Buffer.from('fbefbeffbfbf00112233445566778899', 'hex')
  const length = { sha1: 20, sha256: 32, sha512: 64 }[digest]
  const key = pbkdf2Sync(PASSWORD, salt, rounds, length, digest)
  const write = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '').replaceAll('+', '.')
  return `$pbkdf2${digest === 'sha1' ? '' : `-${digest}`}$${rounds}$${write(salt)}$${write(key)}`
}

suite('accounts of other systems', () => {
  let loggia: TestLoggia

  before(async () => {
    loggia = await startLoggia()
  })
  after(() => loggia.close())

  const take = (record: object) => loggia.loggia.registration.importAccount(record)
  const hashOf = async (username: string) => {
    const query = 'select password_hash from credentials join users on users.id = user_id where username = ?'
    return String((await stored(loggia.dataDir, query, username))[0]?.['password_hash'])
  }
  const login = (username: string, password: string) =>
    loggia.call('POST', '/api/v1/auth/login', { body: { username, password } })

  const kinds: [kind: string, hash: () => Promise<string> | string][] = [
    ['Django PBKDF2', () => django('sha256', 600)],
    ['Django PBKDF2 with SHA-1', () => django('sha1', 600)],
    ['passlib PBKDF2', () => passlib('sha256', 700)],
    ['passlib PBKDF2 with SHA-1', () => passlib('sha1', 700)],
    ['passlib PBKDF2 with SHA-512', () => passlib('sha512', 700)],
    ['bcrypt', () => bcrypt(PASSWORD, { cost: 4 })],
    ['bcrypt as PHP writes it', async () => (await bcrypt(PASSWORD, { cost: 4 })).replace(/^\$2b/, '$2y')],
    ['weaker argon2id', () => argon2(PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 })],
    ['argon2i', () => argon2(PASSWORD, { algorithm: ARGON2I, memoryCost: 8192 })],
  ]
  for (const [kind, hash] of kinds) {
    test(`${kind}: refuses a wrong password, takes the right one, and has it hashed anew`, async () => {
      const username = `from ${kind}`
      const imported = await hash()
      await take({ username, email: '', password_hash: imported })
      assert.equal((await login(username, 'wrong')).status, 401)
      assert.equal(await hashOf(username), imported)
      assert.equal((await login(username, PASSWORD)).status, 200)
      assert.match(await hashOf(username), CURRENT)
      assert.equal((await login(username, PASSWORD)).status, 200)
    })
  }

  test('first logins at the same moment all succeed', async () => {
    await take({ username: 'many', password_hash: django('sha256', 600) })
    const answers = await Promise.all(Array.from({ length: 6 }, () => login('many', PASSWORD)))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 200, 200, 200],
    )
  })

  test('the old hash never comes back over a password that was changed meanwhile', async () => {
    await take({ username: 'racer', password_hash: django('sha256', 600) })
    const { token } = await loggia.signIn('racer', PASSWORD)
    const own = "user_id = (select id from users where username = 'racer')"
    const outdated = `password_hash = '${django('sha256', 600)}'`
    await tamper(loggia.dataDir, `update credentials set ${outdated} where ${own}`)
    const body = { current_password: PASSWORD, new_password: 'another password' }
    const changing = loggia.call('PUT', '/api/v1/auth/password', { token, body })
    await Promise.all([changing, ...Array.from({ length: 8 }, () => login('racer', PASSWORD))])
    assert.equal((await login('racer', PASSWORD)).status, 401)
    assert.equal((await login('racer', 'another password')).status, 200)
  })

  const good = django('sha256', 600)
  const refused: [why: string, record: unknown, sentence: RegExp][] = [
    ['no object', null, /"username"/],
    ['no name', { password_hash: good }, /"username"/],
    ['a name of 151 characters', { username: 'x'.repeat(151), password_hash: good }, /"username"/],
    ['a name that turns the line', { username: 'a\u202eb', password_hash: good }, /"username"/],
    ['no address', { username: 'a', email: 'a', password_hash: good }, /"email"/],
    ['a number as an address', { username: 'a', email: 5, password_hash: good }, /"email" must be text/],
    ['no hash', { username: 'a' }, /"password_hash"/],
    ['the password itself', { username: 'a', password_hash: PASSWORD }, /"password_hash"/],
    ['PBKDF2 without rounds', { username: 'a', password_hash: 'pbkdf2_sha256$0$salt$YWJj' }, /hash/],
    ['half a bcrypt hash', { username: 'a', password_hash: '$2b$12$abc' }, /hash/],
    ['half an argon2 hash', { username: 'a', password_hash: '$argon2id$v=19$' }, /hash/],
    ['a name that is taken', { username: 'MANY', password_hash: good }, /Another account has this name/],
  ]
  for (const [why, record, sentence] of refused) {
    test(`refused: ${why}`, async () => {
      await assert.rejects(take(record as object), sentence)
    })
  }
})
