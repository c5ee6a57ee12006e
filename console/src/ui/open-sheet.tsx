import { type ReactNode, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { Sheet } from './sheet.tsx'

interface Props {
  label: string
  name?: string
  title?: string
  look?: 'main' | 'bad' | 'plain'
  isSmall?: boolean
  isWide?: boolean
  children: (close: () => void) => ReactNode
}

/** A button and the dialog that it opens. */
export function OpenSheet({
  label,
  name,
  title,
  look = 'plain',
  isSmall = false,
  isWide = false,
  children,
}: Props) {
  const [isOpen, setIsOpen] = useState(false)
  const close = () => setIsOpen(false)
  return (
    <>
      <Button
        className={`${look} ${isSmall ? 'small' : ''}`}
        onPress={() => setIsOpen(true)}
        {...(name === undefined ? {} : { 'aria-label': name })}
      >
        {label}
      </Button>
      <Sheet title={title ?? name ?? label} isOpen={isOpen} onClose={close} isWide={isWide}>
        {children(close)}
      </Sheet>
    </>
  )
}
