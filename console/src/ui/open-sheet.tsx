import { type ReactNode, useState } from 'react'
import type { IconName } from './icon.tsx'
import { type Look, PressButton } from './press-button.tsx'
import { Sheet } from './sheet.tsx'

interface Props {
  label: string
  name?: string
  title?: string
  look?: Look
  icon?: IconName
  isSmall?: boolean
  isWide?: boolean
  children: (close: () => void) => ReactNode
}

/** A button and the dialog that it opens. */
export function OpenSheet({ title, isWide = false, children, ...button }: Props) {
  const [isOpen, setIsOpen] = useState(false)
  const close = () => setIsOpen(false)
  return (
    <>
      <PressButton {...button} onPress={() => setIsOpen(true)} />
      <Sheet title={title ?? button.name ?? button.label} isOpen={isOpen} onClose={close} isWide={isWide}>
        {children(close)}
      </Sheet>
    </>
  )
}
