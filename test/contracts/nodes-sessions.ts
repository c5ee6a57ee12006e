import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import type { Person, TestLoggia } from '../support/loggia.ts'
import type { Nodes } from '../support/nodes.ts'
import { assertProblem } from '../support/problem.ts'
import { eventually } from '../support/process.ts'

const REFUSED_WITHIN_MS = 1_000
const ME = '/api/v1/users/me'

/** How a session ends, and what whoever goes on with it is told. */
interface Ending {
  how: string
  code: string
  end(node: TestLoggia, person: Person, admin: Person): Promise<{ status: number }>
}

const ENDINGS: Ending[] = [
  {
    how: 'its person signs out',
    code: 'token_revoked',
    end: ({ call }, { token }) => call('POST', '/api/v1/auth/logout', { token }),
  },
  {
    how: 'its person signs out everywhere',
    code: 'token_revoked',
    end: async ({ call, signIn }, { username, password }) => {
      const { token } = await signIn(username, password)
      return call('POST', '/api/v1/auth/logout-all', { token })
    },
  },
  {
    how: 'its person sets another password elsewhere',
    code: 'token_revoked',
    end: async ({ call, signIn }, { username, password }) => {
      const { token } = await signIn(username, password)
      const body = { current_password: password, new_password: `another ${password}` }
      return call('PUT', '/api/v1/auth/password', { token, body })
    },
  },
  {
    how: 'an administrator disables its person',
    code: 'account_disabled',
    end: ({ call }, { id }, { token }) =>
      call('PATCH', `/api/v1/users/${id}`, { token, body: { disabled: true } }),
  },
  {
    how: 'its person is deleted',
    code: 'account_deleted',
    end: ({ call }, { id }, { token }) => call('DELETE', `/api/v1/users/${id}`, { token }),
  },
]

export function sessionsOverNodes(start: () => Promise<Nodes>): void {
  suite('a session', () => {
    let nodes: Nodes
    let admin: Person
    let count = 0

    before(async () => {
      nodes = await start()
      admin = await nodes.at(0).registerAdmin('root')
    })
    after(() => nodes.close())

    const newcomer = () => nodes.at(count).register(`person${count++}`)
    const statuses = (token: string, path = ME) =>
      Promise.all(nodes.all.map(async ({ call }) => (await call('GET', path, { token })).status))

    async function assertRefusedInTime(token: string, code: string): Promise<void> {
      await eventually(
        async () => (await statuses(token)).every((status) => status === 401),
        REFUSED_WITHIN_MS,
      )
      for (const { call } of nodes.all) assertProblem(await call('GET', ME, { token }), 401, code)
    }

    for (const [turn, { how, code, end }] of ENDINGS.entries()) {
      test(`begun on one node is good on all; when ${how}, it is refused on every one within a second`, async () => {
        const person = await newcomer()
        assert.deepEqual(await statuses(person.token), [200, 200, 200])
        assert.ok((await end(nodes.at(turn), person, admin)).status < 300)
        await assertRefusedInTime(person.token, code)
        const body = { refresh_token: person.refreshToken }
        const refreshed = await nodes.at(turn + 1).call('POST', '/api/v1/auth/refresh', { body })
        assert.equal(refreshed.status, 401)
      })
    }

    test('refreshed on all nodes at once has one child; a copy that comes later ends it on all', async () => {
      const ana = await newcomer()
      const refresh = ({ call }: TestLoggia, refresh_token: string) =>
        call('POST', '/api/v1/auth/refresh', { body: { refresh_token } })
      const racers = Array.from({ length: 12 }, (_, turn) => nodes.at(turn))
      const answers = await Promise.all(racers.map((node) => refresh(node, ana.refreshToken)))
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
      const [child, ...others] = new Set(answers.map(({ body }) => body.refresh_token))
      assert.deepEqual(others, [])

      const grandchild = await refresh(nodes.at(1), child)
      assert.equal(grandchild.status, 200)
      assert.deepEqual(await statuses(grandchild.body.access_token), [200, 200, 200])
      assertProblem(await refresh(nodes.at(2), ana.refreshToken), 401, 'token_reused')
      await assertRefusedInTime(grandchild.body.access_token, 'token_revoked')
      assertProblem(await refresh(nodes.at(0), grandchild.body.refresh_token), 401, 'token_revoked')
    })

    test('does not outlive its API key: one that is revoked is refused on every node within a second', async () => {
      const body = { name: 'A device', scopes: ['detections:write'] }
      const made = await nodes.at(0).call('POST', '/api/v1/auth/keys', { token: admin.token, body })
      const { id, key } = made.body
      // Nothing is asked for, so a good key is told what is missing.
      const statusesOf = () =>
        Promise.all(
          nodes.all.map(
            async ({ call }) => (await call('POST', '/api/v1/detections', { token: key, body: {} })).status,
          ),
        )
      assert.deepEqual(await statusesOf(), [422, 422, 422])
      await nodes.at(1).call('DELETE', `/api/v1/auth/keys/${id}`, { token: admin.token })
      await eventually(async () => (await statusesOf()).every((status) => status === 401), REFUSED_WITHIN_MS)
    })
  })
}
