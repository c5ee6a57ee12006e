const NAME = 'loggia.refresh_token'
let inMemory: string | null = null

/** Shared by all tabs. A browser that blocks site data throws on every touch: then the token lives as long as the page. */
export function refreshToken(): string | null {
  return stored((storage) => storage.getItem(NAME)) ?? inMemory
}

export function keepRefreshToken(token: string): void {
  const isKept = stored((storage) => {
    storage.setItem(NAME, token)
    return true
  })
  inMemory = isKept ? null : token
}

export function forgetRefreshToken(): void {
  inMemory = null
  stored((storage) => storage.removeItem(NAME))
}

/** Another tab signed out, or somebody else in. */
export function onTokenElsewhere(listener: (token: string | null) => void): void {
  addEventListener('storage', ({ key, newValue }) => {
    if (key === NAME) listener(newValue)
  })
}

function stored<T>(use: (storage: Storage) => T): T | null {
  try {
    return use(localStorage)
  } catch {
    return null
  }
}
