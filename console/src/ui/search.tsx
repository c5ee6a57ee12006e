import { useEffect, useId, useState } from 'react'

const PAUSE_MS = 250

/** A field that asks once the typing pauses. */
export function Search({ label, onChange }: { label: string; onChange: (text: string) => void }) {
  const id = useId()
  const [text, setText] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => onChange(text.trim()), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, onChange])
  return (
    <div className="field">
      <label className="unseen" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        type="search"
        placeholder={label}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
    </div>
  )
}
