import type { Content } from './letter.ts'
import { type Phrase, phraseToText } from './phrase.ts'

const columns = 72

export function typeOut(content: Content): string {
  const blocks = [
    ...content.paragraphs.map(paragraph),
    // A wrapped address is a broken one, so it has its own line however long it is.
    ...(content.action ? [`${content.action.label}:\n${content.action.url}`] : []),
    ...content.notes.map(paragraph),
    signature(content),
  ]
  return `${blocks.join('\n\n')}\n`
}

function signature(content: Content): string {
  // Not the signature mark «-- »: clients fold away what follows it, and here that is the advice.
  return ['---', 'Loggia', paragraph(content.reason), paragraph(content.notYou)].join('\n')
}

function paragraph(sentence: Phrase): string {
  return wrap(phraseToText(sentence))
}

function wrap(text: string): string {
  const lines: string[] = []
  let line = ''
  // Plain spaces only: a no-break space is there to hold a number and its unit together.
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word
    if (line && longer.length > columns) {
      lines.push(line)
      line = word
    } else {
      line = longer
    }
  }
  return [...lines, line].join('\n')
}
