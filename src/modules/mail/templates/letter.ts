import type { Locale } from './locale.ts'
import type { Phrase } from './phrase.ts'

export type Letter =
  | { template: 'welcome'; data: { username: string; verifyUrl: string | null } }
  | { template: 'password_reset'; data: { username: string; resetUrl: string; validMinutes: number } }
  | { template: 'document_ready'; data: { username: string; title: string; url: string } }

type DataOf<T extends Letter['template']> = Extract<Letter, { template: T }>['data']

/** What a letter says, before it becomes HTML or plain text: nothing in it may speak of a button. */
export interface Content {
  subject: Phrase
  /** The line an inbox shows after the subject. */
  preview: Phrase
  heading: Phrase
  paragraphs: Phrase[]
  action: { label: string; url: string } | null
  notes: Phrase[]
  /** Why this person gets the mail. */
  reason: Phrase
  /** What to do when it was somebody else. */
  notYou: Phrase
}

export type DocumentName = 'profile' | 'tasks' | 'price_list'

/** One language: every letter, and the few words that belong to the frame. */
export interface Wording {
  locale: Locale
  fallback: Phrase
  documents: Record<DocumentName, string>
  welcome(data: DataOf<'welcome'>): Content
  passwordReset(data: DataOf<'password_reset'>): Content
  documentReady(data: DataOf<'document_ready'>): Content
}
