import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { PASSWORD, startLoggia, type TestLoggia } from '../support/loggia.ts'

suite('names', () => {
  let loggia: TestLoggia

  before(async () => {
    loggia = await startLoggia()
    await loggia.register('ana', { email: 'ana@example.org' })
    await loggia.register('Straße')
    await loggia.register('Οδυσσέας')
    await loggia.register('ben@example.org', { email: 'ben@example.org' })
    await loggia.register('می\u200cخواهم')
  })
  after(() => loggia.close())

  const register = (body: object) =>
    loggia.call('POST', '/api/v1/auth/register', { body: { password: PASSWORD, ...body } })

  const taken: [why: string, body: { username: string; email?: string }, code: string][] = [
    ['as it is', { username: 'ana' }, 'username_taken'],
    ['in capitals', { username: 'ANA' }, 'username_taken'],
    ['in full width', { username: 'ａｎａ' }, 'username_taken'],
    ['in mathematical letters', { username: '𝒶𝓃𝒶' }, 'username_taken'],
    ['with a joiner that nobody sees', { username: 'a\u200dna' }, 'username_taken'],
    ['with a filler that nobody sees', { username: 'ana\u3164' }, 'username_taken'],
    ['with a variation selector', { username: 'ana\ufe0f' }, 'username_taken'],
    ['with a space that is not one', { username: 'ana\u00a0' }, 'username_taken'],
    ['in other capitals', { username: 'STRASSE' }, 'username_taken'],
    ['with another sigma', { username: 'ΟΔΥΣΣΈΑΣ' }, 'username_taken'],
    ['without its joiner', { username: 'میخواهم' }, 'username_taken'],
    ['an address of somebody as a name', { username: 'Ana@example.org' }, 'username_taken'],
    ['the address', { username: 'other1', email: 'ana@example.org' }, 'email_taken'],
    ['the address in capitals', { username: 'other2', email: 'ANA@Example.ORG' }, 'email_taken'],
    ['a name of somebody as an address', { username: 'other3', email: 'BEN@example.org' }, 'email_taken'],
  ]
  for (const [why, body, code] of taken) {
    test(`taken: ${why}`, async () => {
      const refused = await register(body)
      assert.equal(refused.status, 409, JSON.stringify(refused.body))
      assert.equal(refused.body.code, code)
      assert.equal(refused.body.errors[0].pointer, code === 'email_taken' ? '/email' : '/username')
    })
  }

  const refused: [why: string, body: Record<string, unknown>, pointer: string][] = [
    ['a control character', { username: 'a\u0007b' }, '/username'],
    ['a zero byte', { username: 'a\u0000b' }, '/username'],
    ['a line break', { username: 'a\nb' }, '/username'],
    ['a right-to-left override', { username: 'a\u202eb' }, '/username'],
    ['an isolate', { username: 'a\u2066b' }, '/username'],
    ['a byte order mark', { username: '\ufeffana2' }, '/username'],
    ['half of a surrogate pair', { username: 'a\ud800' }, '/username'],
    ['a character that is not assigned', { username: 'a\u0378' }, '/username'],
    ['a line separator', { username: 'a\u2028b' }, '/username'],
    ['nothing', { username: '' }, '/username'],
    ['only spaces', { username: '   ' }, '/username'],
    ['only wide spaces', { username: '\u3000\u3000' }, '/username'],
    ['only blank braille', { username: '\u2800' }, '/username'],
    ['only an invisible filler', { username: '\u3164' }, '/username'],
    ['only a joiner', { username: '\u200d' }, '/username'],
    ['a space in front', { username: ' ana3' }, '/username'],
    ['a space behind', { username: 'ana3 ' }, '/username'],
    ['151 characters', { username: 'x'.repeat(151) }, '/username'],
    ['no text', { username: 5 }, '/username'],
    ['a password of 7', { username: 'ana4', password: '1234567' }, '/password'],
    ['a password of 257', { username: 'ana4', password: 'x'.repeat(257) }, '/password'],
    ['no address', { username: 'ana4', email: 'ana4' }, '/email'],
    ['two addresses', { username: 'ana4', email: 'a@x.org,b@x.org' }, '/email'],
    ['an address with a header', { username: 'ana4', email: 'a@x.org\r\nBcc: b@x.org' }, '/email'],
    ['a role', { username: 'ana4', role: 'admin' }, '/role'],
  ]
  for (const [why, body, pointer] of refused) {
    test(`refused: ${why}`, async () => {
      const answer = await register(body)
      assert.equal(answer.status, 422, JSON.stringify(answer.body))
      assert.ok(answer.body.errors.some((error: { pointer: string }) => error.pointer === pointer))
    })
  }

  const accepted = [
    'Ян',
    'أحمد',
    '李小龍',
    'สมชาย',
    'ナナ',
    "O'Neil-Ødegård Jr.",
    '👩‍🚀',
    'ß',
    'x'.repeat(150),
  ]
  for (const username of accepted) {
    test(`accepted, and found again at sign-in: ${username.slice(0, 20)}`, async () => {
      const person = await loggia.register(username)
      assert.equal((await loggia.signIn(username, PASSWORD)).id, person.id)
      assert.equal((await loggia.signIn(username.toUpperCase(), PASSWORD)).id, person.id)
    })
  }

  test('150 characters are counted as people count them', async () => {
    assert.equal((await register({ username: '😀'.repeat(150) })).status, 201)
    assert.equal((await register({ username: '🙂'.repeat(151) })).status, 422)
  })
})
