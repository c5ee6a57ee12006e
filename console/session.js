import { ApiError, request, requestFile } from './api.js'
import { forgetRefreshToken, keepRefreshToken, refreshToken } from './refresh-token.js'

let accessToken = null
let renewal = null
let ended = () => {}

/** The listener hears when the server no longer knows this session. */
export function whenSessionEnds(listener) {
  ended = listener
}

export function hasSession() {
  return refreshToken() !== null
}

export async function signIn(credentials) {
  const answer = await request('POST', '/auth/login', { body: credentials })
  takeTokens(answer)
  return answer.user
}

export function takeTokens(answer) {
  accessToken = answer.access_token
  keepRefreshToken(answer.refresh_token)
}

/** A request as the person who is signed in. */
export function call(method, path, body) {
  return withToken((token) => request(method, path, { body, token }))
}

export function fetchFile(path) {
  return withToken((token) => requestFile('GET', path, { token }))
}

/** Refused for its token, a request is sent once more with a fresh one. */
async function withToken(send) {
  const used = accessToken ?? (await renew())
  try {
    return await send(used)
  } catch (error) {
    if (error.status !== 401) throw error
    return send(used === accessToken ? await renew() : accessToken)
  }
}

// A refresh token is good for one use, so requests that are refused together share one renewal, and tabs wait for one
// another. Without locks (plain HTTP) two tabs that race are let through by the server for ten seconds.
function renew() {
  const { locks } = navigator
  const exchanged = () => (locks ? locks.request('loggia.refresh', exchange) : exchange())
  renewal ??= exchanged().finally(() => {
    renewal = null
  })
  return renewal
}

async function exchange() {
  const token = refreshToken()
  try {
    if (!token) throw new ApiError(401, { detail: 'You are signed out.' })
    takeTokens(await request('POST', '/auth/refresh', { body: { refresh_token: token } }))
    return accessToken
  } catch (error) {
    if (!error.passes) {
      forgetSession()
      ended()
    }
    throw error
  }
}

export function forgetSession() {
  accessToken = null
  forgetRefreshToken()
}
