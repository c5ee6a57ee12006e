import { useWords } from '../words/use-words.tsx'
import { Copy } from './copy.tsx'
import { Sheet } from './sheet.tsx'

interface Props {
  title: string
  /** null: there is none to show. */
  secret: string | null
  onClose: () => void
}

/** A secret that was made just now and will not be told again. */
export function ShownOnce({ title, secret, onClose }: Props) {
  const words = useWords()
  return (
    <Sheet title={title} isOpen={secret !== null} onClose={onClose}>
      <p className="lead">{words.keys.once}</p>
      <pre className="command">{secret}</pre>
      <Copy text={secret ?? ''} />
    </Sheet>
  )
}
