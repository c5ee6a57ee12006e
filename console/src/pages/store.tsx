import { useState } from 'react'
import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { useLoad } from '../api/use-load.ts'
import { usePages } from '../api/use-pages.ts'
import { navigate } from '../shell/route.ts'
import { Act } from '../ui/act.tsx'
import { Curl } from '../ui/curl.tsx'
import { Download } from '../ui/download.tsx'
import { Field } from '../ui/field.tsx'
import { useFormat } from '../ui/format.ts'
import { Loaded, LoadedList } from '../ui/loaded.tsx'
import { NameToConfirm } from '../ui/name-to-confirm.tsx'
import { OpenSheet } from '../ui/open-sheet.tsx'
import { Page, Panel } from '../ui/page.tsx'
import { Search } from '../ui/search.tsx'
import { Table } from '../ui/table.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'
import { EditItem, NewItem } from './item-forms.tsx'
import { ItemTags } from './item-tags.tsx'

type StoreFacts = Answer<'GET /api/v1/stores/{id}'>
type Reload = () => Promise<void>

export function Store({ id }: { id: string }) {
  const words = useWords()
  const request = ask('GET /api/v1/stores/{id}', { params: { id: Number(id) } })
  const store = useLoad(request)
  return (
    <Page
      title={store.data?.name ?? words.menu.stores}
      lead={store.data?.currency}
      back={{ href: '/stores', title: words.menu.stores }}
      actions={
        <>
          <Curl request={request} />
          {store.data && <StoreActs store={store.data} reload={store.reload} />}
        </>
      }
    >
      <Loaded of={store}>
        {(facts) => (
          <>
            <Items store={facts} reload={store.reload} />
            <Tags store={facts} reload={store.reload} />
          </>
        )}
      </Loaded>
    </Page>
  )
}

function StoreActs({ store, reload }: { store: StoreFacts; reload: Reload }) {
  const words = useWords()
  const params = { id: store.id }
  const rename = ({ name = '' }: Values) => ask('PATCH /api/v1/stores/{id}', { params, body: { name } })
  const removal = ask('DELETE /api/v1/stores/{id}', { params })
  return (
    <>
      <OpenSheet label={words.stores.rename}>
        {(close) => (
          <WorkForm
            submit={words.common.save}
            request={rename}
            work={async (values) => {
              await call(rename(values))
              await reload()
              close()
            }}
          >
            <Field name="name" label={words.stores.name} defaultValue={store.name} isRequired isFirst />
          </WorkForm>
        )}
      </OpenSheet>
      <OpenSheet label={words.stores.remove} look="bad">
        {() => (
          <NameToConfirm
            name={store.name}
            lead={words.stores.removeLead}
            submit={words.stores.remove}
            request={() => removal}
            work={async () => {
              await call(removal)
              navigate('/stores')
            }}
          />
        )}
      </OpenSheet>
    </>
  )
}

function Items({ store, reload }: { store: StoreFacts; reload: Reload }) {
  const words = useWords()
  const format = useFormat()
  const [q, setQ] = useState('')
  const request = ask('GET /api/v1/items', { query: { store_id: store.id, ...(q === '' ? {} : { q }) } })
  const items = usePages(request)
  const both = async () => void (await Promise.all([items.reload(), reload()]))
  return (
    <Panel
      title={words.stores.items}
      actions={
        <>
          <Search label={words.stores.searchItems} onChange={setQ} />
          <Download
            request={ask('GET /api/v1/stores/{id}/items.csv', { params: { id: store.id } })}
            file={`${store.name}.csv`}
            label={words.common.csv}
          />
          <Curl request={request} />
          <OpenSheet label={words.stores.addItem} isSmall look="main">
            {(close) => <NewItem store={store} onDone={() => both().then(close)} />}
          </OpenSheet>
        </>
      }
    >
      <LoadedList of={items} empty={q === '' ? words.stores.noItems : words.common.nothingFound}>
        {(rows) => (
          <Table
            label={words.stores.items}
            rows={rows}
            keyOf={({ id }) => id}
            columns={[
              {
                title: words.stores.item,
                isHead: true,
                cell: ({ name, description }) => (
                  <>
                    {name}
                    {description && <span className="about below">{description}</span>}
                  </>
                ),
              },
              {
                title: words.stores.price,
                isNumber: true,
                cell: ({ price_minor }) => format.price(price_minor, store.currency),
              },
              {
                title: words.stores.tags,
                isWide: true,
                cell: (item) => <ItemTags item={item} tags={store.tags} reload={both} />,
              },
              {
                title: words.common.actions,
                isAct: true,
                cell: (item) => (
                  <>
                    <OpenSheet
                      label={words.common.edit}
                      name={`${words.common.edit}: ${item.name}`}
                      icon="edit"
                      look="quiet"
                      isSmall
                    >
                      {(close) => <EditItem item={item} onDone={() => both().then(close)} />}
                    </OpenSheet>
                    <Act
                      label={words.common.delete}
                      name={`${words.common.delete}: ${item.name}`}
                      icon="delete"
                      look="quiet"
                      isSmall
                      question={words.stores.removeItemLead}
                      request={removalOf(item.id)}
                      work={() => call(removalOf(item.id)).then(both)}
                    />
                  </>
                ),
              },
            ]}
          />
        )}
      </LoadedList>
    </Panel>
  )
}

function removalOf(id: number) {
  return ask('DELETE /api/v1/items/{id}', { params: { id } })
}

function Tags({ store, reload }: { store: StoreFacts; reload: Reload }) {
  const words = useWords()
  const making = ({ name = '' }: Values) =>
    ask('POST /api/v1/stores/{id}/tags', { params: { id: store.id }, body: { name } })
  return (
    <Panel title={words.stores.tags}>
      {store.tags.length === 0 ? (
        <p className="muted">{words.stores.noTags}</p>
      ) : (
        <ul className="tags">
          {store.tags.map(({ id, name }) => (
            <li key={id} className="mark plain">
              {name}
              <Act
                label="×"
                name={`${words.common.delete}: ${name}`}
                isSmall
                question={words.stores.removeTagLead}
                request={ask('DELETE /api/v1/tags/{id}', { params: { id } })}
                work={() => call(ask('DELETE /api/v1/tags/{id}', { params: { id } })).then(reload)}
              />
            </li>
          ))}
        </ul>
      )}
      <WorkForm
        submit={words.stores.addTag}
        className="inline"
        isReused
        request={making}
        work={async (values) => {
          await call(making(values))
          await reload()
        }}
      >
        <Field name="name" label={words.stores.tagName} isRequired />
      </WorkForm>
    </Panel>
  )
}
