import { type LookupAddress, lookup } from 'node:dns'
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isPublicAddress } from '../../kit/public-address.ts'

export interface Outgoing {
  url: string
  headers: Record<string, string>
  body: string
}

/** `error: null`: a status of success came back. */
export interface Outcome {
  status: number | null
  error: string | null
}

const TIMEOUT_MS = 10_000

/**
 * Posts to an address that somebody else chose. Unless private ones are allowed, a name is resolved once, by us, and connected to
 * at a public address of it alone: what it is resolved to a moment later counts for nothing. No redirect is followed, no proxy
 * asked, and nothing of the answer is read but its status. Never throws.
 */
export function createPosting({ allowPrivate }: { allowPrivate: boolean }) {
  return function post({ url, headers, body }: Outgoing): Promise<Outcome> {
    const target = new URL(url)
    const host = hostOf(target)
    if (!allowPrivate && isIP(host) !== 0 && !isPublicAddress(host))
      return Promise.resolve(failed(new Error(PRIVATE)))
    return new Promise((resolve) => {
      const send = target.protocol === 'https:' ? secureRequest : plainRequest
      const request = send(target, {
        method: 'POST',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
        agent: false,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(allowPrivate ? {} : { lookup: lookUpPublic }),
      })
      request.once('response', (response) => {
        const { statusCode: status = 0, statusMessage = '' } = response
        response.destroy()
        const isGood = status >= 200 && status < 300
        resolve({ status, error: isGood ? null : `${status} ${statusMessage}`.trim() })
      })
      request.on('error', (error) => resolve(failed(error)))
      request.end(body)
    })
  }
}

/** As it is dialled: an IPv6 address without its brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

const PRIVATE = 'Its address is private; WEBHOOK_ALLOW_PRIVATE=true would allow it.'

const lookUpPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
    if (error) return callback(error, '')
    const open = addresses.filter(({ address }) => isPublicAddress(address))
    const [first] = open
    if (first === undefined) callback(new Error(PRIVATE), '')
    else if (options.all) callback(null, open)
    else callback(null, first.address, first.family)
  })
}

function failed(error: Error): Outcome {
  const { name, code, message } = error as NodeJS.ErrnoException
  const isLate = name === 'TimeoutError' || name === 'AbortError'
  const words = isLate ? `No answer within ${TIMEOUT_MS / 1000} seconds.` : message || String(code)
  return { status: null, error: words.slice(0, 500) }
}
