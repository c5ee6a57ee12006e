import { createContext, type ReactNode, useContext, useEffect, useState } from 'react'
import { I18nProvider } from 'react-aria-components/I18nProvider'
import { type Language, usePreferences } from '../shell/preferences.ts'
import type { Words } from './en.ts'

const LOADERS: Record<Language, () => Promise<Words>> = {
  en: async () => (await import('./en.ts')).en,
  es: async () => (await import('./es.ts')).es,
  ru: async () => (await import('./ru.ts')).ru,
}

const WordsContext = createContext<Words | null>(null)

/** The sentences of the chosen language, which is loaded when it is chosen. */
export function WordsProvider({ children }: { children: ReactNode }) {
  const { language } = usePreferences()
  const [words, setWords] = useState<Words | null>(null)

  useEffect(() => {
    let isWanted = true
    LOADERS[language]().then((loaded) => {
      if (!isWanted) return
      document.documentElement.lang = language
      setWords(loaded)
    })
    return () => {
      isWanted = false
    }
  }, [language])

  if (words === null) return null
  return (
    <I18nProvider locale={language}>
      <WordsContext value={words}>{children}</WordsContext>
    </I18nProvider>
  )
}

export function useWords(): Words {
  const words = useContext(WordsContext)
  if (words === null) throw new Error('No language is loaded.')
  return words
}
