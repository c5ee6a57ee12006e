import type { Content, Wording } from './letter.ts'
import { html, type Markup, trusted } from './markup.ts'
import { type Phrase, phraseToHtml, phraseToText } from './phrase.ts'
import { accent, inline, paper, sheet, styleSheet } from './styles.ts'

const widthPx = '560'

/** Tables and inline styles throughout: the word processor inside Outlook knows little else. */
export function layOut(wording: Wording, content: Content): string {
  return html`<!DOCTYPE html>
<html lang="${wording.locale}" dir="ltr" xmlns:o="urn:schemas-microsoft-com:office:office">
${head(phraseToText(content.subject))}
<body class="page" style="margin:0;padding:0;background-color:${paper}" bgcolor="${paper}">
${preheader(content.preview)}
<table class="page" role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="${paper}" style="background-color:${paper}">
<tr><td class="page-cell" align="center" style="padding:40px 16px 48px">
<!--[if mso]><table role="presentation" width="${widthPx}" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:${widthPx}px">
<tr><td class="edge" align="left" style="padding:0 37px 20px">${brand()}</td></tr>
<tr><td class="sheet" align="left" bgcolor="${sheet}" style="${inline.sheet}">${body(wording, content)}</td></tr>
<tr><td class="edge" align="left" style="padding:24px 37px 0">${footer(content)}</td></tr>
</table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr>
</table>
</body>
</html>
`.toString()
}

function head(title: string): Markup {
  return html`<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="x-apple-disable-message-reformatting">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no, url=no">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${title}</title>
<!--[if mso]><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml><![endif]-->
${styleSheet}
</head>`
}

/** The blank run keeps an inbox from filling its preview line with the start of the letter. */
function preheader(preview: Phrase): Markup {
  const blanks = trusted('&#847;&zwnj;&nbsp;'.repeat(80))
  return html`<div style="${inline.hidden}">${phraseToHtml(preview)}${blanks}</div>`
}

/** A front with three arched openings, drawn with table cells so that the mark needs no picture. */
function brand(): Markup {
  const pillar = html`<td width="3" style="width:3px;${inline.solid}">&nbsp;</td>`
  const opening = html`<td class="page" width="9" height="17" bgcolor="${paper}" style="width:9px;height:17px;${inline.solid};background-color:${paper};border-radius:5px 5px 0 0">&nbsp;</td>`
  return html`<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>
<td class="front" bgcolor="${accent}" style="${inline.front}"><table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>${[pillar, opening, pillar, opening, pillar, opening, pillar]}</tr></table></td>
<td class="strong" style="padding-left:12px;${inline.wordmark}">Loggia</td>
</tr></table>`
}

function body(wording: Wording, content: Content): Markup {
  return html`<h1 class="heading strong" style="${inline.heading}">${phraseToHtml(content.heading)}</h1>
${content.paragraphs.map(paragraph)}
${content.action && button(content.action)}
${content.notes.map(note)}
${content.action && fallback(wording.fallback, content.action.url)}`
}

function paragraph(sentence: Phrase): Markup {
  return html`<p class="body" style="${inline.paragraph}">${phraseToHtml(sentence)}</p>\n`
}

/** Colour on the cell and padding on the link: where the padding is ignored the cell still is a button. */
function button({ label, url }: { label: string; url: string }): Markup {
  return html`<table role="presentation" cellpadding="0" cellspacing="0" border="0" style="margin:28px 0">
<tr><td align="center" bgcolor="${accent}" style="background-color:${accent};border-radius:9px;mso-padding-alt:14px 30px"><a href="${url}" style="${inline.button}">${label}</a></td></tr>
</table>`
}

function note(sentence: Phrase): Markup {
  return html`<p class="quiet" style="${inline.note}">${phraseToHtml(sentence)}</p>\n`
}

function fallback(hint: Phrase, url: string): Markup {
  return html`<div class="line" style="${inline.fallback}"><p class="quiet" style="${inline.note}">${phraseToHtml(hint)}</p>
<p style="${inline.address}"><a class="link" href="${url}" style="${inline.link}">${url}</a></p></div>`
}

function footer(content: Content): Markup {
  return html`${[content.reason, content.notYou].map(
    (sentence) => html`<p class="quiet" style="${inline.footer}">${phraseToHtml(sentence)}</p>\n`,
  )}`
}
