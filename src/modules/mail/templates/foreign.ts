/** Longer than any sensible name or title, short enough for a subject line. */
const lengthMax = 120

/**
 * Text that comes from a person, made fit to stand inside a sentence of ours: one line, no invisible
 * direction changes, bounded, and nothing that a mail client would turn into a link or a mail service fill in.
 */
export function tame(text: string): string {
  const visible = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .replace(/\p{Cf}/gu, keepJoiner)
    .trim()
  // A gap would read like our mistake: «Hello ,».
  return defuseVariables(defuseLinks(shorten(visible))) || '…'
}

/** Emoji families and several scripts are written with joiners; every other format character is hostile here. */
function keepJoiner(character: string): string {
  return character === '\u200C' || character === '\u200D' ? character : ''
}

function shorten(text: string): string {
  const characters = [...text]
  return characters.length <= lengthMax ? text : `${characters.slice(0, lengthMax - 1).join('')}…`
}

/**
 * An account can be opened with somebody else's address, so a name could carry an advert there. A non-joiner
 * stops automatic linking. A bare `ana.lopez` stays as it is, since people copy their username from mails.
 */
function defuseLinks(text: string): string {
  return text.replace(/:(?=\/\/)|(?<=\bwww)\.|\.(?=\p{L}[\p{L}\p{N}-]*[/?#:])/giu, '$&\u200C')
}

/** Mailgun puts a link of its own in the place of `%unsubscribe_url%` and its like. */
function defuseVariables(text: string): string {
  return text.replace(/%(?=[\w.]+%)/g, '%\u200C')
}

const rightToLeft = /[\p{sc=Arabic}\p{sc=Hebrew}\p{sc=Syriac}\p{sc=Thaana}\p{sc=Nko}]/u

/** The plain-text twin of `<bdi>`; only where it matters, because old clients draw isolates as boxes. */
export function isolate(text: string): string {
  return rightToLeft.test(text) ? `\u2068${text}\u2069` : text
}
