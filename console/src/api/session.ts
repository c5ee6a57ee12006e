import { onceOnly } from './once-only.ts'
import { forgetRefreshToken, keepRefreshToken, onTokenElsewhere, refreshToken } from './refresh-token.ts'
import { type Answer, ApiError, type ApiRequest, ask, type Operation, send } from './request.ts'

export type Person = Answer<'GET /api/v1/users/me'>
type SignedIn = Answer<'POST /api/v1/auth/login'>

export interface SessionState {
  /**
   * `unreachable`: there is a session, and the server could not be asked about it. `ended`: the server ended it under the
   * hands of `person`, who may go on after signing in again.
   */
  phase: 'opening' | 'unreachable' | 'signed-out' | 'signed-in' | 'ended'
  person: Person | null
  /** The session that this browser kept was no longer good. */
  wasEnded: boolean
  error: ApiError | null
}

const SIGNED_OUT: SessionState = { phase: 'signed-out', person: null, wasEnded: false, error: null }
let state: SessionState = { ...SIGNED_OUT, phase: 'opening' }
let accessToken: string | null = null
let renewal: Promise<string> | null = null
const listeners = new Set<() => void>()

export const session = {
  state: () => state,
  onChange(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },

  /** Goes on with the session that this browser keeps, if any. */
  async open(): Promise<void> {
    if (refreshToken() === null) return become(SIGNED_OUT)
    become({ ...SIGNED_OUT, phase: 'opening' })
    try {
      await readPerson()
    } catch (error) {
      if (state.phase === 'opening') become({ ...SIGNED_OUT, phase: 'unreachable', error: error as ApiError })
    }
  },

  async signIn(credentials: { username: string; password: string }): Promise<void> {
    enter(await send(ask('POST /api/v1/auth/login', { body: credentials }), null))
  },

  /** Ends the session here whatever the server answers. */
  async signOut(): Promise<void> {
    await sendSigned(ask('POST /api/v1/auth/logout', {})).catch(() => {})
    end(false)
  },

  forget: () => end(false),

  /** The person as the server has them now. */
  reload: readPerson,

  /** The password again, for what asks for a fresh sign-in; the session before it ends. */
  async confirm(password: string): Promise<void> {
    const username = state.person?.username ?? ''
    const answer = await send(ask('POST /api/v1/auth/login', { body: { username, password } }), null)
    await sendSigned(ask('POST /api/v1/auth/logout', {})).catch(() => {})
    enter(answer)
  },
}

/**
 * A request as the person who is signed in. Where their session was ended it waits until they are back, so that what they
 * were doing goes on; it is refused when somebody else comes.
 */
export async function call<Name extends Operation>(request: ApiRequest<Name>): Promise<Answer<Name>> {
  const { person } = state
  return onceOnly(request, async (key) => {
    for (;;) {
      if (hasEnded()) await backAgain(person)
      try {
        return await sendSigned(request, key)
      } catch (error) {
        if (!hasEnded() || !(error instanceof ApiError) || error.status !== 401) throw error
      }
    }
  })
}

const hasEnded = () => state.phase === 'ended'

function backAgain(person: Person | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = session.onChange(() => {
      if (state.phase === 'ended') return
      stop()
      if (state.phase === 'signed-in' && state.person?.id === person?.id) resolve()
      else reject(new ApiError(401, {}))
    })
  })
}

async function readPerson(): Promise<void> {
  const person = await sendSigned(ask('GET /api/v1/users/me', {}))
  become({ ...SIGNED_OUT, phase: 'signed-in', person })
}

/** Refused for its token, it is sent once more with a fresh one. */
async function sendSigned<Name extends Operation>(
  request: ApiRequest<Name>,
  key: string | null = null,
): Promise<Answer<Name>> {
  const used = accessToken ?? (await renew())
  try {
    return await send(request, used, key)
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401 || error.code === 'fresh_token_required')
      throw error
    const other = accessToken === used || accessToken === null ? await renew() : accessToken
    return send(request, other, key)
  }
}

function enter({ access_token, refresh_token, user }: SignedIn): void {
  accessToken = access_token
  keepRefreshToken(refresh_token)
  become({ ...SIGNED_OUT, phase: 'signed-in', person: user })
}

/** A refresh token is good for one use: requests of this tab share one renewal, and tabs wait for one another. */
function renew(): Promise<string> {
  renewal ??= oneTabAtATime(exchange).finally(() => {
    renewal = null
  })
  return renewal
}

/** Without locks (plain HTTP), two tabs that race are let through by the server for ten seconds. */
function oneTabAtATime<T>(work: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? (navigator.locks.request('loggia.refresh', work) as Promise<T>) : work()
}

async function exchange(): Promise<string> {
  const token = refreshToken()
  if (token === null) return refuse(new ApiError(401, {}))
  try {
    const answer = await send(ask('POST /api/v1/auth/refresh', { body: { refresh_token: token } }), null)
    accessToken = answer.access_token
    keepRefreshToken(answer.refresh_token)
    return accessToken
  } catch (error) {
    if (error instanceof ApiError && !error.passes) return refuse(error)
    throw error
  }
}

/** Other windows keep what they show: the token stays where they find it, until a better one takes its place. */
function refuse(error: ApiError): never {
  const { person } = state
  accessToken = null
  if (person === null) end(true)
  else become({ ...SIGNED_OUT, phase: 'ended', person })
  throw error
}

function end(wasEnded: boolean): void {
  accessToken = null
  forgetRefreshToken()
  become({ ...SIGNED_OUT, wasEnded })
}

function become(next: SessionState): void {
  state = next
  for (const listener of listeners) listener()
}

onTokenElsewhere((token) => {
  if (token === null) {
    accessToken = null
    become(SIGNED_OUT)
  } else if (state.phase === 'signed-out') session.open()
  else if (state.phase === 'ended') readPerson().catch(() => {})
})
