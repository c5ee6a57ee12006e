import { randomBytes } from 'node:crypto'
import type { JWTPayload } from 'jose'
import type { Clock } from '../../kit/clock.ts'
import { type LoggiaError, unauthenticated } from '../../kit/errors.ts'
import type { SigningKey, SigningKeys } from './signing-keys.ts'

export interface TokenClaims {
  userId: number
  sessionId: string
  jti: string
  /** Seconds since the epoch, as everywhere in a JWT (RFC 7519, 2). */
  issuedAt: number
  expiresAt: number
  fresh: boolean
}

/** `more`: claims beside ours, which nobody here reads. */
type Drafted<Claims> = Claims & { more?: Record<string, unknown> }
type AccessClaims = Drafted<TokenClaims & { role: string }>
type RefreshClaims = Drafted<Omit<TokenClaims, 'fresh'>>

export interface TokenPair {
  access_token: string
  refresh_token: string
  token_type: 'Bearer'
  expires_in: number
}

export type TokenType = 'access' | 'refresh'

/** Signs at once, so that tokens can be made inside a transaction. */
export interface Signer {
  access(claims: AccessClaims): string
  /** The same claims give the same token. */
  refresh(claims: RefreshClaims): string
}

export interface Tokens {
  signer(): Promise<Signer>
  /** Throws `token_expired` or `token_invalid`. */
  verify(type: TokenType, token: string): Promise<TokenClaims>
}

/** A token comes to another node sooner than clocks agree; its end is kept to the second all the same. */
const CLOCKS_APART_SECONDS = 5

export function createTokens(options: {
  keys: SigningKeys
  clock: Clock
  issuer: string
  audience: string
}): Tokens {
  const { keys, clock, issuer, audience } = options

  async function signer(): Promise<Signer> {
    const access = await keys.current('access')
    const refresh = await keys.current('refresh')
    return {
      access: ({ fresh, role, ...claims }) => encode(access, { ...toPayload('access', claims), fresh, role }),
      refresh: (claims) => encode(refresh, toPayload('refresh', claims)),
    }
  }

  function toPayload(type: TokenType, { userId, sessionId, jti, issuedAt, expiresAt, more }: RefreshClaims) {
    const times = { iat: issuedAt, nbf: issuedAt, exp: expiresAt }
    return {
      ...more,
      iss: issuer,
      aud: audience,
      sub: String(userId),
      sid: sessionId,
      jti,
      ...times,
      token_type: type,
    }
  }

  /** The algorithm comes from the key that the `kid` names, never from the token (RFC 8725, 3.1). */
  async function verify(type: TokenType, token: string): Promise<TokenClaims> {
    const { decodeProtectedHeader, errors, jwtVerify } = await import('jose')
    try {
      const { kid = '' } = decodeProtectedHeader(token)
      const key = await keys.find(type, kid)
      if (key === undefined) throw invalidToken()
      const { payload } = await jwtVerify(token, key.verify, {
        algorithms: [key.algorithm],
        issuer,
        audience,
        requiredClaims: ['sub', 'sid', 'jti', 'iat', 'nbf', 'exp'],
        currentDate: new Date(clock()),
        clockTolerance: CLOCKS_APART_SECONDS,
      })
      if (Number(payload.exp) * 1000 <= clock()) throw expiredToken()
      if (payload['token_type'] !== type) throw invalidToken()
      return toClaims(payload)
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw expiredToken()
      throw error instanceof errors.JOSEError || error instanceof TypeError ? invalidToken() : error
    }
  }

  return { signer, verify }
}

/** A compact JWS (RFC 7515, 7.1). */
function encode({ algorithm, kid, sign }: SigningKey, payload: object): string {
  const header = { alg: algorithm, typ: 'JWT', kid }
  const signed = [header, payload]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  return `${signed}.${sign(signed)}`
}

function toClaims(payload: JWTPayload): TokenClaims {
  return {
    userId: Number(payload.sub),
    sessionId: String(payload['sid']),
    jti: String(payload.jti),
    issuedAt: payload.iat as number,
    expiresAt: payload.exp as number,
    fresh: payload['fresh'] === true,
  }
}

/** That it ran out helps its owner. */
function expiredToken(): LoggiaError {
  return unauthenticated('token_expired', 'The token has expired.')
}

/** Why else a token was refused helps only who forges one. */
export function invalidToken(): LoggiaError {
  return unauthenticated('token_invalid', 'The token is not valid.')
}

export function newTokenId(): string {
  return randomBytes(16).toString('base64url')
}
