export interface Tokens {
  access_token: string
  refresh_token: string
}

/** Where the tokens of a session are kept. */
export interface TokenStore {
  load(): Tokens | null | Promise<Tokens | null>
  save(tokens: Tokens | null): void | Promise<void>
  /** Of a store that tabs share: they renew the tokens one after the other, under the Web Lock of this name. */
  lockName?: string
}

/** For as long as the program runs. */
export function memoryTokens(): TokenStore {
  let kept: Tokens | null = null
  return {
    load: () => kept,
    save(tokens) {
      kept = tokens
    },
  }
}

/** For `localStorage`, whose tabs are all signed in together, or for `sessionStorage`. */
export function storedTokens(
  storage: {
    getItem(key: string): string | null
    setItem(key: string, value: string): void
    removeItem(key: string): void
  },
  key = 'loggia.tokens',
): TokenStore {
  return {
    lockName: key,
    load() {
      const text = storage.getItem(key)
      return text === null ? null : JSON.parse(text)
    },
    save(tokens) {
      if (tokens === null) storage.removeItem(key)
      else storage.setItem(key, JSON.stringify(tokens))
    },
  }
}
