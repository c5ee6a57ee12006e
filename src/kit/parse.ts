import { isIP } from 'node:net'

/** Readers of one setting's text. Each throws an Error whose message ends the sentence "NAME: ...". */

export interface Rate {
  requests: number
  windowSeconds: number
}

const SECONDS = { s: 1, min: 60, h: 3600, d: 86_400 } as const
const BYTES = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 } as const

export function text(value: string): string {
  return value
}

export function atLeast(charactersMin: number) {
  return (value: string): string => {
    if (value.length < charactersMin) throw new Error(`must have at least ${charactersMin} characters.`)
    return value
  }
}

/** What may stand in a key, a channel and a file name of every engine. */
export function word(value: string): string {
  if (!/^[a-z][a-z0-9_-]{0,31}$/.test(value))
    throw new Error(`must be a lower-case word of at most 32 letters, digits, "_" and "-", not "${value}".`)
  return value
}

export function integer(min: number, max: number) {
  return (value: string): number => {
    const number = Number(value)
    if (!/^-?\d+$/.test(value) || number < min || number > max) {
      throw new Error(`must be a whole number from ${min} to ${max}, not "${value}".`)
    }
    return number
  }
}

export function oneOf<const Word extends string>(...words: Word[]) {
  return (value: string): Word => {
    const word = words.find((candidate) => candidate === value)
    if (word === undefined) throw new Error(`must be one of ${words.join(', ')}, not "${value}".`)
    return word
  }
}

export function flag(value: string): boolean {
  return oneOf('true', 'false')(value) === 'true'
}

/** `all`, `off`, or some of the words: `a,b`. */
export function someOf<const Word extends string>(...words: Word[]) {
  return (value: string): Word[] => {
    if (value === 'all') return words
    return value === 'off' ? [] : list(value).map(oneOf(...words))
  }
}

/** `90s`, `15min`, `12h`, `30d` -> seconds. */
export function duration(value: string): number {
  const [, amount, unit] = /^(\d{1,9})(s|min|h|d)$/.exec(value) ?? []
  if (amount === undefined || Number(amount) === 0)
    throw new Error(`must be a time such as 90s, 15min, 12h or 30d, not "${value}".`)
  return Number(amount) * SECONDS[unit as keyof typeof SECONDS]
}

/** `512kb`, `1mb` -> bytes. */
export function bytes(value: string): number {
  const [, amount, unit] = /^(\d{1,9})(b|kb|mb|gb)$/i.exec(value) ?? []
  if (amount === undefined || Number(amount) === 0)
    throw new Error(`must be a size such as 512kb or 1mb, not "${value}".`)
  return Number(amount) * BYTES[unit?.toLowerCase() as keyof typeof BYTES]
}

/** `100/min`, or `off` -> null. */
export function rate(value: string): Rate | null {
  if (value === 'off') return null
  const [, requests, unit] = /^(\d{1,9})\/(s|min|h|d)$/.exec(value) ?? []
  if (requests === undefined || Number(requests) === 0)
    throw new Error(`must be a rate such as 100/min, or off, not "${value}".`)
  return { requests: Number(requests), windowSeconds: SECONDS[unit as keyof typeof SECONDS] }
}

export function list(value: string): string[] {
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
}

/** `name=value,name=value`, the values percent-encoded where they need it (https://opentelemetry.io/docs/specs/otel/protocol/exporter/). */
export function headers(value: string): Record<string, string> {
  const entries = list(value).map((entry) => {
    const [, name, text] = /^([!#$%&'*+.^_`|~\w-]+)\s*=\s*([\x21-\x7e ]*)$/.exec(entry) ?? []
    if (name === undefined || text === undefined)
      throw new Error('must be names and values of headers such as api-key=secret,team=ops.')
    return [name, decoded(text)]
  })
  return Object.fromEntries(entries)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error('has a "%" that encodes nothing; a "%" itself is written %25.')
  }
}

/** From 0 to 1. */
export function share(value: string): number {
  const number = Number(value)
  if (!/^\d*\.?\d+$/.test(value) || number > 1)
    throw new Error(`must be a number from 0 to 1, not "${value}".`)
  return number
}

export function addressList(value: string): string[] {
  const entries = list(value)
  const wrong = entries.find((entry) => isIP(entry.replace(/\/\d{1,3}$/, '')) === 0)
  if (wrong !== undefined) throw new Error(`"${wrong}" is not an IP address or network.`)
  return entries
}

/** `Name <address>` or an address: one, of one line. */
export function mailbox(value: string): string {
  const [, name = '', address = value] = /^([^<>]*)<([^<>]*)>$/.exec(value) ?? []
  if (/[\p{C}",;:]/u.test(name) || !/^[^\s\p{C}<>",;:@]+@[^\s\p{C}<>",;:@]+$/u.test(address)) {
    throw new Error('must be an address, or a name and an address such as Loggia <post@example.org>.')
  }
  return value
}

export function httpUrl(value: string): string {
  return url('http:', 'https:')(value).replace(/\/+$/, '')
}

export function url(...schemes: string[]) {
  return (value: string): string => {
    if (!URL.canParse(value) || !schemes.includes(new URL(value).protocol)) {
      throw new Error(`must be a URL that begins with ${schemes.join(' or ')}.`)
    }
    return value
  }
}
