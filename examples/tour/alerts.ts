export interface AlertEvent {
  id: string
  event: string
  data: string
}

/** Reads a live stream of alerts until `wanted` of them came, printing each; then hangs up. */
export async function readAlerts(
  address: string,
  {
    token,
    lastEventId,
    wanted,
    onOpen,
  }: { token: string; lastEventId?: string; wanted: number; onOpen?: () => Promise<unknown> },
): Promise<AlertEvent[]> {
  const hangUp = new AbortController()
  console.log('\nGET /api/v1/alerts\naccept: text/event-stream')
  if (lastEventId !== undefined) console.log(`last-event-id: ${lastEventId}`)
  const response = await fetch(`${address}/api/v1/alerts`, {
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: AbortSignal.any([hangUp.signal, AbortSignal.timeout(10_000)]),
  })
  console.log(`-> ${response.status} ${response.headers.get('content-type')}`)
  await onOpen?.()
  const alerts: AlertEvent[] = []
  for await (const event of eventsIn(response)) {
    if (event.event !== 'alert') continue
    console.log(`   id: ${event.id}\n   event: ${event.event}\n   data: ${event.data}`)
    alerts.push(event)
    if (alerts.length === wanted) break
  }
  hangUp.abort()
  return alerts
}

async function* eventsIn(response: Response): AsyncGenerator<AlertEvent> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const bytes of response.body as ReadableStream<Uint8Array>) {
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s).slice(0, 2)))
      yield { id: '', event: 'message', data: '', ...fields }
    }
  }
}
