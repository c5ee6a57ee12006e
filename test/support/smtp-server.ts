import { once } from 'node:events'
import type { AddressInfo, Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { withDeadline } from './event-stream.ts'

type Stage = 'greeting' | 'recipient' | 'message'

/** What the server does instead of taking a mail, and where. `hang`: it says nothing more. `cut`: it closes the connection. */
export interface Refusal {
  at: Stage
  by: { code: number; words: string } | 'hang' | 'cut'
}

export interface ReceivedMail {
  /** As it came, with its headers. */
  raw: string
  messageId: string
  from: string
  to: string[]
  secure: boolean
}

export interface TestSmtpServer {
  port: number
  /** What it does from now on; `null`: it takes everything. */
  refusal: Refusal | null
  /** Every mail that came whole, whatever was answered to it. */
  received: ReceivedMail[]
  logins: { user: string; pass: string }[]
  /** Resolves when so many mails have come whole. */
  until(count: number): Promise<void>
  /** Resolves when a client has come so often as far as this stage. */
  reached(stage: Stage, count?: number): Promise<void>
  /** Takes what it has let hang. */
  release(): void
  close(): Promise<void>
}

/** A real SMTP server on a port of its own that can be told to behave badly. */
export async function startSmtpServer(tls?: { key: string; cert: string }): Promise<TestSmtpServer> {
  const sockets = new Map<number, Socket>()
  const hanging: (() => void)[] = []
  const watchers = new Set<() => void>()
  const visits = { greeting: 0, recipient: 0, message: 0 }

  const own: TestSmtpServer = {
    port: 0,
    refusal: null,
    received: [],
    logins: [],
    until: (count) => when(`${count} mails`, () => own.received.length >= count),
    reached: (stage, count = 1) => when(`the ${stage}`, () => visits[stage] >= count),
    release() {
      for (const go of hanging.splice(0)) go()
    },
    async close() {
      for (const socket of sockets.values()) socket.destroy()
      await new Promise<void>((resolve) => server.close(resolve))
    },
  }

  /** Goes on, unless the script of this stage says otherwise. */
  function act(stage: Stage, remotePort: number, answer: (error?: Error) => void): void {
    visits[stage] += 1
    const by = own.refusal?.at === stage ? own.refusal.by : null
    if (by === null) answer()
    else if (by === 'hang') hanging.push(answer)
    else if (by === 'cut') sockets.get(remotePort)?.destroy()
    else answer(Object.assign(new Error(by.words), { responseCode: by.code }))
    tell()
  }

  const server = new SMTPServer({
    ...(tls ?? { disabledCommands: ['STARTTLS'] }),
    logger: false,
    authOptional: true,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      own.logins.push({ user: username ?? '', pass: password ?? '' })
      if (password === 'wrong') done(Object.assign(new Error('Who are you?'), { responseCode: 535 }))
      else done(null, { user: username })
    },
    onConnect: ({ remotePort }, done) => act('greeting', remotePort, done),
    onRcptTo: (_address, { remotePort }, done) => act('recipient', remotePort, done),
    async onData(stream, { remotePort, envelope, secure }, done) {
      const raw = await text(stream).catch(() => '')
      if (raw === '') return
      const [, messageId = ''] = /^Message-ID: (.*)\r$/im.exec(raw) ?? []
      const from = (envelope.mailFrom || { address: '' }).address
      own.received.push({ raw, messageId, from, to: envelope.rcptTo.map(({ address }) => address), secure })
      act('message', remotePort, done)
    },
  })
  // A client that hangs up is nothing to the test.
  server.on('error', () => {})
  const { server: listening } = server
  listening.on('connection', (socket: Socket) => sockets.set(socket.remotePort ?? 0, socket))
  server.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  own.port = (listening.address() as AddressInfo).port
  return own

  function tell(): void {
    for (const look of watchers) look()
  }

  function when(what: string, isSo: () => boolean): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = () => {
      if (isSo() && watchers.delete(look)) resolve()
    }
    watchers.add(look)
    look()
    return withDeadline(what, promise)
  }
}
