/** What stands between two empty lines of a stream. Without `data` it is no event, but its id counts all the same. */
export interface EventBlock {
  event: string
  data?: string
  id?: string
  retryMs?: number
}

/** Takes the text of a stream of server-sent events as it comes (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export function createEventParser(): (text: string) => EventBlock[] {
  let rest = ''
  let block: EventBlock | null = null

  return (text) => {
    // A CR at the end may be half of a CRLF: it waits for what follows.
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop() ?? ''
    const whole: EventBlock[] = []
    for (const line of lines) {
      if (line !== '') block = withLine(block ?? { event: 'message' }, line)
      else if (block !== null) {
        whole.push(block)
        block = null
      }
    }
    return whole
  }
}

function withLine(block: EventBlock, line: string): EventBlock {
  const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? []
  if (field === 'event') return { ...block, event: value }
  if (field === 'data')
    return { ...block, data: block.data === undefined ? value : `${block.data}\n${value}` }
  if (field === 'id') return { ...block, id: value }
  if (field === 'retry' && /^\d+$/.test(value)) return { ...block, retryMs: Number(value) }
  return block
}
