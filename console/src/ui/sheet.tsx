import type { ReactNode } from 'react'
import { Button } from 'react-aria-components/Button'
import { Dialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useWords } from '../words/use-words.tsx'

interface Props {
  title: string
  children: ReactNode
  isOpen?: boolean
  onClose?: () => void
  isWide?: boolean
  /** Nothing but what is in it closes it, and nothing behind it is seen. */
  isFirm?: boolean
}

/** A dialog over the page; Escape and a press outside close it. */
export function Sheet({ title, children, isOpen = true, onClose, isWide = false, isFirm = false }: Props) {
  const words = useWords()
  return (
    <ModalOverlay
      className={isFirm ? 'overlay firm' : 'overlay'}
      isOpen={isOpen}
      onOpenChange={(open) => open || onClose?.()}
      isDismissable={!isFirm}
      isKeyboardDismissDisabled={isFirm}
    >
      <Modal className={isWide ? 'sheet wide' : 'sheet'}>
        <Dialog>
          <header>
            <Heading slot="title">{title}</Heading>
            {!isFirm && (
              <Button className="small quiet" onPress={() => onClose?.()}>
                {words.common.close}
              </Button>
            )}
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
