import { useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { useWords } from '../words/use-words.tsx'

/** Without a clipboard (plain HTTP) the text is there to be selected, and the button is not. */
export function Copy({ text }: { text: string }) {
  const words = useWords()
  const [isCopied, setIsCopied] = useState(false)
  if (!('clipboard' in navigator)) return null
  return (
    <p className="act">
      <Button
        className="main"
        onPress={() => navigator.clipboard.writeText(text).then(() => setIsCopied(true))}
      >
        {isCopied ? words.curl.copied : words.curl.copy}
      </Button>
    </p>
  )
}
