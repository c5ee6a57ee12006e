const task = (id: number) => ({
  id,
  author: 'bench',
  text: 'Water the plants on the balcony',
  done: false,
  due_at: null,
  created_at: '2026-11-20T09:33:23.765Z',
  updated_at: '2026-11-20T09:33:23.765Z',
  change: id,
})

const one = task(1)
const list = { items: Array.from({ length: 100 }, (_, index) => task(index + 1)), next_cursor: null }

const store = {
  id: 1,
  name: 'Bench',
  currency: 'EUR',
  items: Array.from({ length: 50 }, (_, index) => ({
    id: index + 1,
    name: `Chair ${index}`,
    price_minor: 1999,
  })),
  tags: Array.from({ length: 5 }, (_, index) => ({ id: index + 1, name: `tag${index}` })),
}

/** The same bytes that Loggia answers, from memory. */
export function answerTo(url: string): object {
  if (url.includes('stores')) return store
  return url.includes('limit=') ? list : one
}
