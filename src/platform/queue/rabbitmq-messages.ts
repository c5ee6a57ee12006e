import { randomUUID } from 'node:crypto'
import type { Message, MessageProperties, Options } from 'amqplib'
import type { NewMessage } from './index.ts'

/** A message as it is sent. */
export interface Outgoing {
  exchange: string
  routingKey: string
  content: Buffer
  properties: Options.Publish & { messageId: string }
}

/** What a message that came tells of itself. A foreign program's says less. */
export interface Letter {
  id: string
  content: Buffer
  properties: MessageProperties
  /** Before this one. */
  deliveries: number
  pushedAt: number
  expiresAt: number | null
  reason: string | null
}

const DELIVERIES = 'loggia-deliveries'
const PUSHED_AT = 'loggia-pushed-at'
const EXPIRES_AT = 'loggia-expires-at'
const REASON = 'loggia-reason'
/** All headers must fit in one frame, of 128 KiB by default. */
const REASON_CHARACTERS_MAX = 1_000

export function fresh(message: NewMessage, now: number): Pick<Outgoing, 'content' | 'properties'> {
  const { body, dedupId, delaySeconds = 0, ttlSeconds } = message
  const headers = {
    [PUSHED_AT]: now,
    ...(ttlSeconds === undefined ? {} : { [EXPIRES_AT]: now + (delaySeconds + ttlSeconds) * 1000 }),
  }
  return {
    content: Buffer.from(body),
    properties: {
      messageId: dedupId ?? randomUUID(),
      contentType: 'application/json',
      timestamp: Math.floor(now / 1000),
      headers,
    },
  }
}

export function read({ content, properties }: Message, now: number): Letter {
  const headers = properties.headers ?? {}
  // Since its release 4.3 RabbitMQ has two counts; the second one counts in more cases.
  const redeliveries = Math.max(countIn(headers, 'x-delivery-count'), countIn(headers, 'x-acquired-count'))
  const reason = headers[REASON]
  return {
    id: typeof properties.messageId === 'string' ? properties.messageId : randomUUID(),
    content,
    properties,
    deliveries: countIn(headers, DELIVERIES) + redeliveries,
    pushedAt: countIn(headers, PUSHED_AT) || now,
    expiresAt: countIn(headers, EXPIRES_AT) || null,
    reason: typeof reason === 'string' ? reason : null,
  }
}

/** The same message once more: what its producer said of it is kept, except what would make RabbitMQ act on it. */
export function again(
  letter: Letter,
  told: { deliveries: number; reason: string | null },
): Pick<Outgoing, 'content' | 'properties'> {
  const { contentType, contentEncoding, correlationId, timestamp, type, appId } = letter.properties
  return {
    content: letter.content,
    properties: {
      messageId: letter.id,
      contentType,
      contentEncoding,
      correlationId,
      timestamp,
      type,
      appId,
      headers: {
        ...ownHeaders(letter.properties.headers ?? {}),
        [PUSHED_AT]: letter.pushedAt,
        ...(letter.expiresAt === null ? {} : { [EXPIRES_AT]: letter.expiresAt }),
        [DELIVERIES]: told.deliveries,
        ...(told.reason === null ? {} : { [REASON]: told.reason.slice(0, REASON_CHARACTERS_MAX) }),
      },
    },
  }
}

/** Those of the producer: RabbitMQ sends copies to who stands in `CC` and `BCC`, and all `x-` are its own notes. */
function ownHeaders(headers: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(x-|loggia-)|^B?CC$/.test(name)))
}

function countIn(headers: Record<string, unknown>, name: string): number {
  const count = headers[name]
  return typeof count === 'number' && Number.isSafeInteger(count) && count > 0 ? count : 0
}

/** `null`: it is none. */
export function jsonIn(content: Buffer): string | null {
  try {
    const text = UTF8.decode(content)
    JSON.parse(text)
    return text
  } catch {
    return null
  }
}

const UTF8 = new TextDecoder('utf-8', { fatal: true })
