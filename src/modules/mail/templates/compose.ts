import { en } from './en.ts'
import { es } from './es.ts'
import { layOut } from './layout.ts'
import type { Content, DocumentName, Letter, Wording } from './letter.ts'
import { webLink } from './link.ts'
import type { Locale } from './locale.ts'
import { phraseToText } from './phrase.ts'
import { typeOut } from './plain.ts'
import { ru } from './ru.ts'

export type { DocumentName, Letter } from './letter.ts'
export { UnsafeLinkError } from './link.ts'
export { type Locale, pickLocale } from './locale.ts'

export interface ComposedMail {
  subject: string
  html: string
  text: string
}

const wordings: Record<Locale, Wording> = { en, es, ru }

export function composeMail(locale: Locale, letter: Letter): ComposedMail {
  const wording = wordings[locale]
  const content = checkLink(write(wording, letter))
  return {
    subject: phraseToText(content.subject),
    html: layOut(wording, content),
    text: typeOut(content),
  }
}

/** What a document is called in a letter. */
export function documentTitle(locale: Locale, document: DocumentName): string {
  return wordings[locale].documents[document]
}

function write(wording: Wording, letter: Letter): Content {
  switch (letter.template) {
    case 'welcome':
      return wording.welcome(letter.data)
    case 'password_reset':
      return wording.passwordReset(letter.data)
    case 'document_ready':
      return wording.documentReady(letter.data)
  }
}

function checkLink(content: Content): Content {
  const { action } = content
  return action ? { ...content, action: { ...action, url: webLink(action.url) } } : content
}
