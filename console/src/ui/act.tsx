import { type ReactNode, useState } from 'react'
import { withFreshSignIn } from '../api/fresh-sign-in.ts'
import type { ApiRequest, Operation } from '../api/request.ts'
import { useWords } from '../words/use-words.tsx'
import { Curl } from './curl.tsx'
import type { IconName } from './icon.tsx'
import { showFailure } from './passing-failure.ts'
import { type Look, PressButton } from './press-button.tsx'
import { Sheet } from './sheet.tsx'

interface Props {
  label: string
  /** For screen readers, where the label leaves open what it acts on. */
  name?: string
  /** A failure is shown, and a password asked for where one is needed. */
  work: () => Promise<unknown>
  look?: Look
  icon?: IconName
  isSmall?: boolean
  /** The same as a command. */
  request?: ApiRequest<Operation>
  /** Asked before; unset: it is done at once. */
  question?: ReactNode
}

/** A button with its work, once at a time. It keeps the focus while it works. */
export function Act({ label, name, work, request, question, ...looks }: Props) {
  const [isWorking, setIsWorking] = useState(false)
  const [isAsked, setIsAsked] = useState(false)

  async function act() {
    setIsWorking(true)
    try {
      await withFreshSignIn(work)
    } catch (error) {
      showFailure(error as Error)
    } finally {
      setIsWorking(false)
      setIsAsked(false)
    }
  }
  return (
    <>
      <PressButton
        label={label}
        name={name}
        isWorking={isWorking && !isAsked}
        onPress={question === undefined ? act : () => setIsAsked(true)}
        {...looks}
      />
      {question !== undefined && (
        <Sheet title={name ?? label} isOpen={isAsked} onClose={() => setIsAsked(false)}>
          <Question
            label={label}
            isWorking={isWorking}
            onAnswer={(isYes) => (isYes ? act() : setIsAsked(false))}
          >
            {question}
          </Question>
        </Sheet>
      )}
      {request && <Curl request={request} />}
    </>
  )
}

interface QuestionProps {
  label: string
  isWorking: boolean
  onAnswer: (isYes: boolean) => void
  children: ReactNode
}

function Question({ label, isWorking, onAnswer, children }: QuestionProps) {
  const words = useWords()
  return (
    <>
      <p className="lead">{children}</p>
      <p className="act after">
        <PressButton label={label} look="bad" isWorking={isWorking} onPress={() => onAnswer(true)} />
        <PressButton label={words.common.cancel} onPress={() => onAnswer(false)} />
      </p>
    </>
  )
}
