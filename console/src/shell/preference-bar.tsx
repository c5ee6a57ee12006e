import { Choice } from '../ui/choice.tsx'
import { useWords } from '../words/use-words.tsx'
import { LANGUAGES, prefer, usePreferences } from './preferences.ts'

export function PreferenceBar() {
  const words = useWords()
  const { language, theme } = usePreferences()
  return (
    <div className="preferences">
      <Choice
        label={words.shell.language}
        isLabelUnseen
        options={LANGUAGES}
        value={language}
        onChange={(chosen) => prefer({ language: chosen })}
      />
      <Choice
        label={words.shell.theme}
        isLabelUnseen
        options={words.shell.themes}
        value={theme}
        onChange={(chosen) => prefer({ theme: chosen })}
      />
    </div>
  )
}
