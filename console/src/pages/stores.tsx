import { useState } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { usePages } from '../api/use-pages.ts'
import { Link } from '../shell/link.tsx'
import { navigate } from '../shell/route.ts'
import { Curl } from '../ui/curl.tsx'
import { Field } from '../ui/field.tsx'
import { LoadedList } from '../ui/loaded.tsx'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Search } from '../ui/search.tsx'
import { Table } from '../ui/table.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'

type Store = Answer<'GET /api/v1/stores'>['items'][number]

export function Stores() {
  const words = useWords()
  const [q, setQ] = useState('')
  const request = ask('GET /api/v1/stores', { query: q === '' ? {} : { q } })
  const stores = usePages(request)
  return (
    <Page
      title={words.menu.stores}
      lead={words.stores.lead}
      actions={
        <OpenSheet label={words.stores.open} look="main">
          {() => <NewStore />}
        </OpenSheet>
      }
    >
      <Panel
        title={words.stores.all}
        actions={
          <>
            <Search label={words.stores.search} onChange={setQ} />
            <Curl request={request} />
          </>
        }
      >
        <LoadedList of={stores} empty={q === '' ? words.stores.empty : words.common.nothingFound}>
          {(items) => <StoreTable stores={items} />}
        </LoadedList>
      </Panel>
    </Page>
  )
}

function StoreTable({ stores }: { stores: Store[] }) {
  const words = useWords()
  return (
    <Table
      label={words.stores.all}
      rows={stores}
      keyOf={({ id }) => id}
      columns={[
        {
          title: words.stores.name,
          isHead: true,
          cell: ({ id, name }) => <Link href={`/stores/${id}`}>{name}</Link>,
        },
        { title: words.stores.currency, cell: ({ currency }) => currency },
        { title: words.stores.items, isNumber: true, cell: ({ items }) => items.length },
        {
          title: words.stores.tags,
          isWide: true,
          cell: ({ tags }) => (tags.length === 0 ? '–' : tags.map(({ name }) => name).join(', ')),
        },
      ]}
    />
  )
}

function NewStore() {
  const words = useWords()
  const request = ({ name = '', currency = '' }: Values) =>
    ask('POST /api/v1/stores', {
      body: { name, ...(currency === '' ? {} : { currency: currency.toUpperCase() }) },
    })
  return (
    <WorkForm
      submit={words.stores.open}
      request={request}
      work={async (values) => {
        const { id } = await call(request(values))
        navigate(`/stores/${id}`)
      }}
    >
      <Field name="name" label={words.stores.name} isRequired isFirst />
      <Field
        name="currency"
        label={words.stores.currency}
        hint={words.stores.currencyHint}
        defaultValue="EUR"
      />
    </WorkForm>
  )
}
