const name = 'loggia.refresh_token'
let inMemory = null

// Shared with the console and by all tabs. A browser that blocks site data throws on every touch of localStorage: then the
// token lives as long as the page.
function stored(work) {
  try {
    return work(globalThis.localStorage)
  } catch {
    return null
  }
}

export function refreshToken() {
  return stored((storage) => storage.getItem(name)) ?? inMemory
}

export function keepRefreshToken(token) {
  inMemory = token
  stored((storage) => storage.setItem(name, token))
}

export function forgetRefreshToken() {
  inMemory = null
  stored((storage) => storage.removeItem(name))
}
