import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { decodeJwt, SignJWT } from 'jose'
import { stored } from './stored.ts'

export interface StoredKey {
  kid: string
  sign: KeyObject | Uint8Array
  /** As the JWKS shows it. */
  publicBytes: { raw: Uint8Array; pem: string; der: Uint8Array } | null
}

/** The keys as the server keeps them, the newest of a purpose last. */
export async function storedKeys(dataDir: string, purpose: 'access' | 'refresh'): Promise<StoredKey[]> {
  const query = 'select kid, jwk from signing_keys where purpose = ? order by created_at, kid'
  return (await stored(dataDir, query, purpose)).map(({ kid, jwk }) => {
    const key = JSON.parse(String(jwk))
    if (key.kty === 'oct') {
      return { kid: String(kid), sign: Buffer.from(key.k, 'base64url'), publicBytes: null }
    }
    const sign = createPrivateKey({ key, format: 'jwk' })
    const known = createPublicKey(sign)
    const publicBytes = {
      raw: Buffer.from(key.x, 'base64url'),
      pem: String(known.export({ type: 'spki', format: 'pem' })),
      der: known.export({ type: 'spki', format: 'der' }),
    }
    return { kid: String(kid), sign, publicBytes }
  })
}

/** The claims of a good token, changed, and signed by `key`. A claim that is `undefined` is left out. */
export function forge(
  good: string,
  changed: Record<string, unknown>,
  { alg, kid, key }: { alg: string; kid: string | undefined; key: KeyObject | Uint8Array },
): Promise<string> {
  const claims = JSON.parse(JSON.stringify({ ...decodeJwt(good), ...changed }))
  const header = { alg, typ: 'JWT', ...(kid === undefined ? {} : { kid }) }
  return new SignJWT(claims).setProtectedHeader(header).sign(key)
}
