import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Person, startLoggia, type TestLoggia } from '../support/loggia.ts'
import { linkToken, mailsTo } from '../support/mails.ts'
import { stored, tamper } from '../support/stored.ts'

suite('a mail when a document is ready', () => {
  let loggia: TestLoggia
  let root: Person
  let ana: Person

  before(async () => {
    loggia = await startLoggia({ PUBLIC_URL: 'https://l.example' })
    root = await loggia.registerAdmin('root')
    ana = await confirmed('ana', 'es')
  })
  after(() => loggia.close())

  async function confirmed(username: string, locale: string): Promise<Person> {
    const email = `${username}@example.org`
    const person = await loggia.register(username, { email, locale })
    const [welcome] = await mailsTo(loggia, root.token, email)
    const body = { token: linkToken(welcome, 'verify') }
    assert.equal((await loggia.call('POST', '/api/v1/auth/email/verify', { body })).status, 204)
    return person
  }
  const ask = ({ id, token }: Person, more: object) =>
    loggia.call('POST', '/api/v1/documents', {
      token,
      body: { template: 'profile', subject_id: id, ...more },
    })
  const announced = async (username: string) =>
    (await mailsTo(loggia, root.token, `${username}@example.org`)).filter(
      ({ template }) => template === 'document_ready',
    )

  test('who asks for it is told once, in their language, with a link to it', async () => {
    const { status, body } = await ask(ana, { notify: true })
    assert.equal(status, 202)
    const mails = await announced('ana')
    assert.equal(mails.length, 1)
    assert.equal(mails[0]?.subject, 'Tu documento «Perfil» está listo')
    assert.ok(mails[0]?.text.includes(`\nhttps://l.example/document?id=${body.id}\n`))
    const { body: document } = await loggia.call('GET', `/api/v1/documents/${body.id}`, { token: ana.token })
    assert.equal(document.state, 'ready')
  })

  test('a drawing that runs again after a crash tells nobody twice', async () => {
    const bob = await confirmed('bob', 'en')
    const { body } = await ask(bob, { notify: true })
    await loggia.drain()
    const again = `('document', '${JSON.stringify({ id: body.id })}', 0)`
    await tamper(
      loggia.dataDir,
      `insert into outbox (job, payload, created_at) values ${[again, again, again].join(', ')}`,
    )
    assert.equal((await announced('bob')).length, 1)
  })

  test('who does not ask for it is not told', async () => {
    const carol = await confirmed('carol', 'en')
    await ask(carol, {})
    await ask(carol, { notify: false })
    assert.deepEqual(await announced('carol'), [])
    const ready = "select id from documents where owner_id = ? and state = 'ready'"
    assert.equal((await stored(loggia.dataDir, ready, carol.id)).length, 2)
  })

  const unreachable: [what: string, more: object][] = [
    ['no address', {}],
    ['an address that is not confirmed', { email: 'dora@example.org' }],
  ]
  for (const [what, more] of unreachable) {
    test(`somebody with ${what} is told at once that no mail would reach them`, async () => {
      const dora = await loggia.register(`dora with ${what}`, more)
      const refused = await ask(dora, { notify: true })
      assert.deepEqual([refused.status, refused.body.code], [409, 'email_unconfirmed'])
      assert.equal((await ask(dora, {})).status, 202)
    })
  }

  test('anything but yes or no is refused', async () => {
    assert.equal((await ask(ana, { notify: 'maybe' })).status, 422)
  })
})
