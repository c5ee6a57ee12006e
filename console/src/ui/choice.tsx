import { type ReactNode, useId } from 'react'

interface Props<T extends string> {
  label: string
  options: Record<T, string>
  value?: T
  defaultValue?: T
  name?: string
  onChange?: (value: T) => void
  isLabelUnseen?: boolean
  children?: ReactNode
}

/** One of a few. The browser's own list, which each phone and each reader of screens knows. */
export function Choice<T extends string>({ label, options, isLabelUnseen, onChange, ...select }: Props<T>) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id} className={isLabelUnseen ? 'unseen' : ''}>
        {label}
      </label>
      <select id={id} {...select} onChange={({ target }) => onChange?.(target.value as T)}>
        {(Object.entries(options) as [T, string][]).map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  )
}
