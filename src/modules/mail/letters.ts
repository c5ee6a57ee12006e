import type { Transaction } from '../../platform/database/index.ts'
import type { LinkSecret, Mails } from './mails.ts'
import { type DocumentName, documentTitle, pickLocale } from './templates/compose.ts'

/** As the other rooms know them. Who has no address gets no letter. */
interface Person {
  id: number
  username: string
  email: string | null
  locale: string
}

/** What the other rooms have to tell somebody. Each letter joins their transaction. */
export function createLetters({ mails, linkTo }: { mails: Mails; linkTo: (path: string) => string }) {
  return {
    async welcome(tx: Transaction, { id, username, email, locale }: Person, secret: LinkSecret | null) {
      if (email === null || secret === null) return
      const data = { username, verifyUrl: linkTo(`/verify?token=${secret.token}`) }
      await mails.post(tx, { id, email, locale }, { template: 'welcome', data }, secret)
    },

    async passwordReset(tx: Transaction, { id, username, email, locale }: Person, secret: LinkSecret) {
      if (email === null) return
      const validMinutes = secret.validSeconds / 60
      const data = { username, resetUrl: linkTo(`/reset?token=${secret.token}`), validMinutes }
      await mails.post(tx, { id, email, locale }, { template: 'password_reset', data }, secret)
    },

    async documentReady(tx: Transaction, person: Person, document: { id: number; template: DocumentName }) {
      const { id, username, email, locale } = person
      if (email === null) return
      const title = documentTitle(pickLocale(locale), document.template)
      const data = { username, title, url: linkTo(`/document?id=${document.id}`) }
      await mails.post(tx, { id, email, locale }, { template: 'document_ready', data }, null)
    },
  }
}
