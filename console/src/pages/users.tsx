import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { usePages } from '../api/use-pages.ts'
import { usePerson } from '../api/use-session.ts'
import { Choice } from '../ui/choice.tsx'
import { Curl } from '../ui/curl.tsx'
import { LoadedList } from '../ui/loaded.tsx'
import { Moment } from '../ui/moment.tsx'
import { NameToConfirm } from '../ui/name-to-confirm.tsx'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Table } from '../ui/table.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'

type User = Answer<'GET /api/v1/users'>['items'][number]

const LIST = ask('GET /api/v1/users', {})

export function Users() {
  const words = useWords()
  const users = usePages(LIST)
  return (
    <Page title={words.menu.users} lead={words.users.lead} actions={<Curl request={LIST} />}>
      <Panel title={words.users.all}>
        <LoadedList of={users} empty={words.users.empty}>
          {(items) => <UserTable users={items} reload={users.reload} />}
        </LoadedList>
      </Panel>
    </Page>
  )
}

function UserTable({ users, reload }: { users: User[]; reload: () => Promise<void> }) {
  const words = useWords()
  return (
    <Table
      label={words.users.all}
      rows={users}
      keyOf={({ id }) => id}
      columns={[
        { title: words.users.name, isHead: true, cell: ({ username }) => username },
        { title: words.users.email, isWide: true, cell: ({ email }) => email ?? '–' },
        {
          title: words.users.role,
          cell: ({ role, disabled }) => (
            <>
              <span className={role === 'admin' ? 'mark warm' : 'mark plain'}>{words.roles[role]}</span>{' '}
              {disabled && <span className="mark bad">{words.users.disabled}</span>}
            </>
          ),
        },
        { title: words.users.since, cell: ({ created_at }) => <Moment at={created_at} /> },
        {
          title: words.common.actions,
          isAct: true,
          cell: (user) => <UserActs user={user} reload={reload} />,
        },
      ]}
    />
  )
}

function UserActs({ user, reload }: { user: User; reload: () => Promise<void> }) {
  const words = useWords()
  const me = usePerson()
  const params = { id: user.id }
  const removal = ask('DELETE /api/v1/users/{id}', { params })
  if (me.id === user.id) return <span className="about">{words.users.you}</span>
  return (
    <>
      <OpenSheet
        label={words.common.edit}
        name={`${words.common.edit}: ${user.username}`}
        icon="edit"
        look="quiet"
        isSmall
      >
        {(close) => <EditUser user={user} onDone={() => reload().then(close)} />}
      </OpenSheet>
      <OpenSheet
        label={words.common.delete}
        name={`${words.common.delete}: ${user.username}`}
        icon="delete"
        look="quiet"
        isSmall
      >
        {(close) => (
          <NameToConfirm
            name={user.username}
            lead={words.users.removeLead}
            submit={words.common.delete}
            request={() => removal}
            work={async () => {
              await call(removal)
              await reload()
              close()
            }}
          />
        )}
      </OpenSheet>
    </>
  )
}

function EditUser({ user, onDone }: { user: User; onDone: () => void }) {
  const words = useWords()
  const request = ({ role, access }: Values) =>
    ask('PATCH /api/v1/users/{id}', {
      params: { id: user.id },
      body: { role: role === 'admin' ? 'admin' : 'user', disabled: access === 'disabled' },
    })
  return (
    <WorkForm
      submit={words.common.save}
      request={request}
      work={async (values) => {
        await call(request(values))
        onDone()
      }}
    >
      <Choice label={words.users.role} name="role" options={words.roles} defaultValue={user.role} />
      <Choice
        label={words.users.access}
        name="access"
        options={words.users.accesses}
        defaultValue={user.disabled ? 'disabled' : 'enabled'}
      />
    </WorkForm>
  )
}
