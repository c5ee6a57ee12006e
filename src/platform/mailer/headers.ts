import type { OutgoingMail } from './index.ts'

/** Nothing that an address list, a header or a command could take for its end. */
const BARE_ADDRESS = /^[^\s\p{C}<>()[\]\\,;:"@]+@[^\s\p{C}<>()[\]\\,;:"@]+$/u
const MESSAGE_ID = /^<[\w.-]+@[^\s\p{C}<>@]+>$/u
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u
const HEADER_CHARACTERS_MAX = 900

/** Why a mail must not be put into headers as it is; `null` when it may. Held here once, for every transport. */
export function faultOf({ to, from, subject, messageId }: OutgoingMail): string | null {
  if (!BARE_ADDRESS.test(to)) return 'The recipient is not one plain address.'
  if (!MESSAGE_ID.test(messageId)) return 'The Message-ID is not one.'
  for (const [name, value] of Object.entries({ recipient: to, sender: from, subject })) {
    if (UNPRINTABLE.test(value)) return `The ${name} has a line break or another control character in it.`
    if (value.length > HEADER_CHARACTERS_MAX) return `The ${name} is too long for a header.`
  }
  return null
}
