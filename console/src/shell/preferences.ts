import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'
export type Language = 'en' | 'es' | 'ru'
export interface Preferences {
  theme: Theme
  language: Language
  /** Shows beside each action the command that does the same. */
  showsCurl: boolean
}

export const LANGUAGES: Record<Language, string> = { en: 'English', es: 'Español', ru: 'Русский' }
const listeners = new Set<() => void>()
let preferences: Preferences = {
  theme: oneOf(['light', 'dark'], read('theme')) ?? 'system',
  language: oneOf(['en', 'es', 'ru'], read('language')) ?? browserLanguage(),
  showsCurl: read('curl') === 'on',
}

export function usePreferences(): Preferences {
  return useSyncExternalStore(onChange, () => preferences)
}

export function prefer(change: Partial<Preferences>): void {
  preferences = { ...preferences, ...change }
  const { theme, language, showsCurl } = preferences
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  keep('theme', theme)
  keep('language', language)
  keep('curl', showsCurl ? 'on' : 'off')
  for (const listener of listeners) listener()
}

function onChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function browserLanguage(): Language {
  for (const tag of navigator.languages) {
    const language = oneOf(['en', 'es', 'ru'], tag.slice(0, 2))
    if (language) return language
  }
  return 'en'
}

function oneOf<const T extends string>(all: T[], value: string | null): T | undefined {
  return all.find((one) => one === value)
}

/** A browser that blocks site data throws: then a choice lives as long as the page. */
function read(name: string): string | null {
  try {
    return localStorage.getItem(`loggia.${name}`)
  } catch {
    return null
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`loggia.${name}`, value)
  } catch {
    // As above.
  }
}
