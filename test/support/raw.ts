import { connect as connectTo, type Socket } from 'node:net'
import { withDeadline } from './event-stream.ts'

export interface RawAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

export interface RawConnection {
  socket: Socket
  write(bytes: string | Buffer): void
  /** Resolves as soon as what came so far has it. */
  received(pattern: RegExp): Promise<string>
  /** Resolves with all that came, once the server has closed the connection. */
  closed(): Promise<string>
}

/** A connection on which a test says byte for byte what no client would. */
export async function openConnection(address: string): Promise<RawConnection> {
  const { hostname, port } = new URL(address)
  const socket = connectTo({ host: hostname, port: Number(port), allowHalfOpen: true })
  const watchers = new Set<() => void>()
  let got = ''
  const tell = () => {
    for (const look of watchers) look()
  }
  socket.setEncoding('utf8').on('data', (text) => {
    got += text
    tell()
  })
  // A server that has refused a request need not take the rest of it.
  socket.on('error', () => socket.destroy()).on('end', () => socket.end())
  socket.on('close', tell)
  await withDeadline('the connection', new Promise<void>((resolve) => socket.once('connect', resolve)))

  function when(what: string, isSo: () => boolean): Promise<string> {
    return withDeadline(
      what,
      new Promise((resolve) => {
        const look = () => {
          if (isSo() && watchers.delete(look)) resolve(got)
        }
        watchers.add(look)
        look()
      }),
    )
  }

  return {
    socket,
    write: (bytes) => void socket.write(bytes),
    received: (pattern) => when(String(pattern), () => pattern.test(got)),
    closed: () => when('the server to close the connection', () => socket.closed),
  }
}

/** One request and its answer. `head` is without its last empty line. */
export async function sendRaw(
  address: string,
  head: string[],
  body: string | Buffer = '',
): Promise<RawAnswer> {
  const connection = await openConnection(address)
  connection.write(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), Buffer.from(body)]))
  return toAnswer(await connection.closed())
}

export function toAnswer(text: string): RawAnswer {
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers = Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':')
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
    }),
  )
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') }
}
