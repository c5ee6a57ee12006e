export interface ServerEvent {
  id: string | undefined
  event: string
  data: string
}

/** Server-sent events of a body (https://html.spec.whatwg.org/multipage/server-sent-events.html), as they come. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  let id: string | undefined
  let event = ''
  let data: string[] = []
  for await (const line of linesOf(body)) {
    const [field, value] = split(line)
    if (line === '') {
      // Without data it is no event, but its id is where a reader resumes.
      if (data.length > 0 || id !== undefined) yield { id, event: event || 'message', data: data.join('\n') }
      event = ''
      data = []
      id = undefined
    } else if (field === 'id') id = value
    else if (field === 'event') event = value
    else if (field === 'data') data.push(value)
  }
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = ''
  for await (const text of body.pipeThrough(new TextDecoderStream() as never) as ReadableStream<string>) {
    const lines = (rest + text).split(/\r\n|\n/)
    rest = lines.pop() ?? ''
    yield* lines
  }
}

function split(line: string): [string, string] {
  const at = line.indexOf(':')
  if (at === -1) return [line, '']
  return [line.slice(0, at), line.slice(at + 1).replace(/^ /, '')]
}
