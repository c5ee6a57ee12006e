import { type Answer, ask } from '../api/request.ts'
import { call } from '../api/session.ts'
import { Field } from '../ui/field.tsx'
import { type Values, WorkForm } from '../ui/work-form.tsx'
import { useWords } from '../words/use-words.tsx'
import { inMajorUnits, inMinorUnits } from './money.ts'

type Item = Answer<'GET /api/v1/items/{id}'>

export function NewItem({ store, onDone }: { store: Item['store']; onDone: () => void }) {
  const words = useWords()
  const request = (values: Values) =>
    ask('POST /api/v1/items', { body: { store_id: store.id, ...bodyOf(values, store.currency) } })
  return (
    <WorkForm
      submit={words.stores.addItem}
      request={request}
      work={async (values) => {
        await call(request(values))
        onDone()
      }}
    >
      <ItemFields currency={store.currency} />
    </WorkForm>
  )
}

export function EditItem({ item, onDone }: { item: Item; onDone: () => void }) {
  const words = useWords()
  const request = (values: Values) =>
    ask('PATCH /api/v1/items/{id}', { params: { id: item.id }, body: bodyOf(values, item.store.currency) })
  return (
    <WorkForm
      submit={words.common.save}
      request={request}
      work={async (values) => {
        await call(request(values))
        onDone()
      }}
    >
      <ItemFields currency={item.store.currency} item={item} />
    </WorkForm>
  )
}

function ItemFields({ currency, item }: { currency: string; item?: Item }) {
  const words = useWords()
  return (
    <>
      <Field name="name" label={words.stores.item} defaultValue={item?.name ?? ''} isRequired isFirst />
      <Field
        name="price_minor"
        label={`${words.stores.price}, ${currency}`}
        hint={words.stores.priceHint}
        defaultValue={item ? inMajorUnits(item.price_minor, currency) : ''}
        isRequired
      />
      <Field name="description" label={words.stores.description} defaultValue={item?.description ?? ''} />
    </>
  )
}

function bodyOf({ name = '', price_minor = '', description = '' }: Values, currency: string) {
  return {
    name,
    price_minor: inMinorUnits(price_minor, currency),
    description: description === '' ? null : description,
  }
}
