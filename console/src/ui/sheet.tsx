import type { ReactNode } from 'react'
import { Button } from 'react-aria-components/Button'
import { Dialog } from 'react-aria-components/Dialog'
import { Heading } from 'react-aria-components/Heading'
import { Modal, ModalOverlay } from 'react-aria-components/Modal'
import { useWords } from '../words/use-words.tsx'

interface Props {
  title: string
  isOpen: boolean
  onClose: () => void
  children: ReactNode
  isWide?: boolean
}

/** A dialog over the page; Escape and a press outside close it. */
export function Sheet({ title, isOpen, onClose, children, isWide = false }: Props) {
  const words = useWords()
  return (
    <ModalOverlay
      className="overlay"
      isOpen={isOpen}
      onOpenChange={(open) => open || onClose()}
      isDismissable
    >
      <Modal className={isWide ? 'sheet wide' : 'sheet'}>
        <Dialog>
          <header>
            <Heading slot="title">{title}</Heading>
            <Button className="small quiet" onPress={onClose}>
              {words.common.close}
            </Button>
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
