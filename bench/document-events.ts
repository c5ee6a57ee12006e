/** What the event stream of somebody's documents tells. */
export interface DocumentEvents {
  /** How many are ready. */
  ready(): number
  /** Resolves with the moment at which the document was told to be ready. */
  readyAt(id: number): Promise<number>
  /** Resolves when so many are. */
  until(count: number): Promise<void>
  close(): void
}

export async function followDocuments(address: string, token: string): Promise<DocumentEvents> {
  const stopped = new AbortController()
  const answer = await fetch(`${address}/api/v1/documents/events`, {
    headers: { authorization: `Bearer ${token}` },
    signal: stopped.signal,
  })
  if (answer.body === null) throw new Error('The stream has no body.')
  const moments = new Map<number, PromiseWithResolvers<number>>()
  const watchers = new Set<() => void>()
  let ready = 0

  function momentOf(id: number): PromiseWithResolvers<number> {
    const moment = moments.get(id) ?? Promise.withResolvers<number>()
    moments.set(id, moment)
    return moment
  }

  function take(data: string): void {
    const { id, state, error } = JSON.parse(data)
    if (state === 'failed') throw new Error(`A document failed: ${error}`)
    if (state !== 'ready') return
    ready += 1
    momentOf(id).resolve(performance.now())
    for (const look of watchers) look()
  }

  async function read(body: ReadableStream<Uint8Array>): Promise<void> {
    let rest = ''
    const decoder = new TextDecoder()
    for await (const bytes of body) {
      const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) if (line.startsWith('data: ')) take(line.slice('data: '.length))
    }
  }

  read(answer.body).catch((error) => {
    if (!stopped.signal.aborted) throw error
  })
  return {
    ready: () => ready,
    readyAt: (id) => momentOf(id).promise,
    until: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (ready < count) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        look()
      }),
    close: () => stopped.abort(),
  }
}
