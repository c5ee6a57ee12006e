import type { FastifyRequest, RouteOptions } from 'fastify'
import { forbidden, type LoggiaError, unauthenticated } from '../kit/errors.ts'

/**
 * Who may call a route. `fresh` is a user whose password was given in this session, not a refreshed token; `key:<scope>`
 * is an API key with that scope. A list means any of them.
 */
export type AccessWord = 'public' | 'user' | 'fresh' | 'admin' | `key:${string}`
export type Access = AccessWord | AccessWord[]

export interface Caller {
  userId: number
  username: string
  role: 'user' | 'admin'
  /** `null` for an API key. */
  sessionId: string | null
  fresh: boolean
  /** `null` for a person's own token, which no scope narrows. */
  scopes: readonly string[] | null
  /** When the credential ends by itself, in epoch milliseconds; `null`: when it is revoked. */
  expiresAt: number | null
}

/** Throws `unauthenticated` for whatever is not a live credential of ours. */
export type Authenticate = (credential: string) => Caller | Promise<Caller>

/** Spends a one-time ticket. Throws `ticket_invalid`. */
export type RedeemTicket = (ticket: string) => Promise<Caller>

declare module 'fastify' {
  interface FastifyContextConfig {
    access: Access
    /** The path parameter that a scope may be narrowed to: `queue:push:orders` is `queue:push` for that one. */
    narrowedBy?: string
    /** The one word that the Authorization header may begin with; unset: `Bearer` and `Token` both. */
    scheme?: 'Bearer' | 'Token'
    /** Also takes `?ticket=`, for a browser's EventSource, which cannot set a header. */
    ticket?: true
  }
  interface FastifyRequest {
    /** Unset on public routes only. */
    caller: Caller
  }
}

/** For `onRoute`: a route that forgot its access word does not start. */
export function requireAccessWord(route: RouteOptions): void {
  if (route.config?.access === undefined) throw new Error(`${route.method} ${route.url} names no access.`)
}

export interface AccessOptions {
  authenticate: Authenticate
  redeemTicket: RedeemTicket
}

export function createAccessCheck({ authenticate, redeemTicket }: AccessOptions) {
  /** At once for a credential that is known. */
  return function checkAccess(request: FastifyRequest): void | Promise<void> {
    const { access } = request.routeOptions.config
    if (access === 'public' || access === undefined) return
    const ticket = ticketOf(request)
    const caller = ticket === undefined ? authenticate(credentialOf(request)) : redeemTicket(ticket)
    if (caller instanceof Promise) return caller.then((found) => admit(request, found, access))
    admit(request, caller, access)
  }
}

function admit(request: FastifyRequest, caller: Caller, access: Access): void {
  const refusal = refusalOf(caller, typeof access === 'string' ? [access] : access, narrowingOf(request))
  if (refusal) throw refusal
  request.caller = caller
}

/** A header beats a ticket, which then stays unspent: what is sent on purpose counts before what an address carries. */
export function ticketOf({ headers, query, routeOptions }: FastifyRequest): string | undefined {
  if (!routeOptions.config.ticket || headers.authorization !== undefined) return undefined
  const { ticket } = query as { ticket?: unknown }
  return typeof ticket === 'string' ? ticket : undefined
}

/** `Authorization: Bearer <credential>`; `Token` is taken too, and the word's case does not matter (RFC 9110, 11.1). */
function credentialOf({ headers, routeOptions }: FastifyRequest): string {
  const header = headers.authorization
  if (header === undefined)
    throw unauthenticated('credentials_missing', 'This needs an Authorization header.')
  const { scheme } = routeOptions.config
  const [, word, credential] = /^(bearer|token) +([^\s]+) *$/i.exec(header) ?? []
  if (credential === undefined || (scheme !== undefined && word?.toLowerCase() !== scheme.toLowerCase())) {
    throw unauthenticated(
      'credentials_malformed',
      `The Authorization header must read "${scheme ?? 'Bearer'} <token>".`,
    )
  }
  return credential
}

function narrowingOf({ params, routeOptions }: FastifyRequest): string | undefined {
  const { narrowedBy } = routeOptions.config
  return narrowedBy === undefined ? undefined : (params as Record<string, string>)[narrowedBy]
}

function refusalOf(caller: Caller, words: AccessWord[], narrowing?: string): LoggiaError | null {
  if (words.some((word) => fits(caller, word, narrowing))) return null
  if (caller.scopes !== null)
    return forbidden('scope_missing', `This API key cannot do that; it needs ${scopesIn(words)}.`)
  if (words.includes('fresh')) {
    return unauthenticated('fresh_token_required', 'Sign in with your password again before doing this.')
  }
  return forbidden('role_missing', 'Only an administrator may do this.')
}

function fits(caller: Caller, word: AccessWord, narrowing?: string): boolean {
  if (word.startsWith('key:')) {
    const scope = word.slice('key:'.length)
    return caller.scopes?.some((held) => held === scope || held === `${scope}:${narrowing}`) ?? false
  }
  if (caller.scopes !== null) return false
  if (word === 'user') return true
  return word === 'fresh' ? caller.fresh : caller.role === 'admin'
}

function scopesIn(words: AccessWord[]): string {
  const scopes = words
    .filter((word) => word.startsWith('key:'))
    .map((word) => `the scope ${word.slice('key:'.length)}`)
  return scopes.join(' or ') || "a person's own token"
}
