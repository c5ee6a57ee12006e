import { isolate, tame } from './foreign.ts'
import type { Locale } from './locale.ts'
import { html, type Markup } from './markup.ts'

/** A sentence that remembers which of its words are ours and which came from a person. */
export type Phrase = readonly Piece[]

interface Piece {
  text: string
  foreign: boolean
}

/** Interpolated strings count as foreign; only a nested phrase is taken as ours. */
export function phrase(ours: TemplateStringsArray, ...values: (string | Phrase)[]): Phrase {
  return ours.flatMap((text, index) => [{ text, foreign: false }, ...pieces(values[index])])
}

function pieces(value: string | Phrase | undefined): Phrase {
  if (value === undefined) return []
  return typeof value === 'string' ? [{ text: tame(value), foreign: true }] : value
}

export function duration(locale: Locale, minutes: number): Phrase {
  const [value, unit] = minutes % 60 === 0 ? [minutes / 60, 'hour'] : [minutes, 'minute']
  const format = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' })
  return [{ text: format.format(value), foreign: false }]
}

export function phraseToText(sentence: Phrase): string {
  return sentence.map((piece) => (piece.foreign ? isolate(piece.text) : piece.text)).join('')
}

export function phraseToHtml(sentence: Phrase): Markup {
  return html`${sentence.map((piece) => (piece.foreign ? html`<bdi>${piece.text}</bdi>` : html`${piece.text}`))}`
}
