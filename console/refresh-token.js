const name = 'loggia.refresh_token'
let inMemory = null

// A browser that blocks site data throws on every touch of sessionStorage: then the token lives as long as the page.
function stored(work) {
  try {
    return work(globalThis.sessionStorage)
  } catch {
    return null
  }
}

export function refreshToken() {
  return inMemory ?? stored((storage) => storage.getItem(name))
}

export function keepRefreshToken(token) {
  inMemory = token
  stored((storage) => storage.setItem(name, token))
}

export function forgetRefreshToken() {
  inMemory = null
  stored((storage) => storage.removeItem(name))
}
