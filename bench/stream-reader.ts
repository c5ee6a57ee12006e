import { request } from 'node:http'
import { argv, hrtime } from 'node:process'

/** A process of its own that follows the stream of alerts on many connections, and tells how late each alert came. */
const [, , url = '', token = '', count = '1'] = argv
const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' }
const MODEL = '"model":"'
const latenciesMs: number[] = []
let opened = 0

for (let at = 0; at < Number(count); at += 1) {
  request(url, { headers, agent: false }, (response) => {
    let rest = ''
    response.setEncoding('latin1').on('data', (text: string) => {
      const events = (rest + text).split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) note(event)
    })
    opened += 1
    if (opened === Number(count)) process.send?.({ ready: true })
  }).end()
}

/** The model is when the detection was sent, by the one clock of this machine. */
function note(event: string): void {
  const at = event.indexOf(MODEL)
  if (at === -1) return
  const sent = event.slice(at + MODEL.length, event.indexOf('"', at + MODEL.length))
  latenciesMs.push(Number(hrtime.bigint() - BigInt(sent)) / 1e6)
}

process.on('message', () => {
  process.send?.({ latenciesMs })
  latenciesMs.length = 0
})
