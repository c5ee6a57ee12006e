import { createHmac, randomBytes } from 'node:crypto'

const PREFIX = 'whsec_'
const KEY_BYTES = { min: 24, max: 64, made: 32 }

export function makeSecret(): string {
  return PREFIX + randomBytes(KEY_BYTES.made).toString('base64')
}

/** `whsec_` and 24 to 64 bytes in base64. */
export function isSecret(secret: string): boolean {
  const text = secret.slice(PREFIX.length)
  const key = Buffer.from(text, 'base64')
  const isWhole = secret.startsWith(PREFIX) && key.toString('base64') === text
  return isWhole && key.length >= KEY_BYTES.min && key.length <= KEY_BYTES.max
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
export function signedHeaders(message: { id: string; time: number; body: string; secret: string }) {
  const { id, time, body, secret } = message
  const seconds = String(Math.floor(time / 1000))
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` }
}
