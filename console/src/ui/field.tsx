import { useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { Text } from 'react-aria-components/Text'
import { TextArea } from 'react-aria-components/TextArea'
import { TextField } from 'react-aria-components/TextField'
import { useWords } from '../words/use-words.tsx'

interface Props {
  name: string
  label: string
  type?: 'text' | 'password' | 'email' | 'number' | 'search' | 'datetime-local'
  hint?: string
  isRequired?: boolean
  /** Of its page or dialog: whoever opens it can type at once. */
  isFirst?: boolean
  isLabelUnseen?: boolean
  /** Lines of a text area; unset: one line. */
  rows?: number
  defaultValue?: string
  autoComplete?: string
  placeholder?: string
  min?: number
  max?: number
  onChange?: (value: string) => void
}

/** A labelled input; what the browser or the API finds wrong is shown under it. */
export function Field({
  label,
  hint,
  rows,
  type = 'text',
  isFirst = false,
  isLabelUnseen,
  placeholder,
  min,
  max,
  ...field
}: Props) {
  const words = useWords()
  const [isShown, setIsShown] = useState(false)
  const isSecret = type === 'password'
  return (
    <TextField
      {...field}
      type={isSecret && isShown ? 'text' : type}
      className="field"
      autoFocus={isFirst}
      validationBehavior="native"
    >
      <Label className={isLabelUnseen ? 'unseen' : ''}>{label}</Label>
      {rows === undefined ? (
        <div className={isSecret ? 'secret' : ''}>
          <Input
            {...(placeholder === undefined ? {} : { placeholder })}
            {...(min === undefined ? {} : { min })}
            {...(max === undefined ? {} : { max })}
            {...(field.name === 'username' ? { autoCapitalize: 'none', spellCheck: false } : {})}
          />
          {isSecret && (
            <Button
              aria-label={isShown ? words.session.hidePassword : words.session.showPassword}
              onPress={() => setIsShown(!isShown)}
            >
              {isShown ? words.session.hide : words.session.show}
            </Button>
          )}
        </div>
      ) : (
        <TextArea rows={rows} spellCheck={false} />
      )}
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <FieldError className="error" />
    </TextField>
  )
}
