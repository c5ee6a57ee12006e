import { Button } from 'react-aria-components/Button'
import { useWords } from '../words/use-words.tsx'
import { Icon, type IconName } from './icon.tsx'

export type Look = 'main' | 'bad' | 'plain' | 'quiet'

interface Props {
  label: string
  /** For screen readers, where the label leaves open what it acts on. */
  name?: string | undefined
  onPress: () => void
  look?: Look
  /** On a phone it stands for the label in rows of a list. */
  icon?: IconName | undefined
  isSmall?: boolean
  isWorking?: boolean
}

/** Every button that is not the end of a form. */
export function PressButton({
  label,
  name,
  onPress,
  look = 'plain',
  icon,
  isSmall = false,
  isWorking = false,
}: Props) {
  const words = useWords()
  return (
    <Button
      className={`${look} ${isSmall ? 'small' : ''} ${icon ? 'with-icon' : ''}`}
      isPending={isWorking}
      onPress={onPress}
      {...(name === undefined ? {} : { 'aria-label': name })}
    >
      {icon && <Icon name={icon} />}
      <span className="label">{isWorking ? words.common.working : label}</span>
    </Button>
  )
}
