/** HTML that is safe to send: only `html` and `trusted` make it. */
export class Markup {
  readonly #source: string

  constructor(source: string) {
    this.#source = source
  }

  toString(): string {
    return this.#source
  }
}

type Value = string | Markup | readonly Markup[] | null

/** Escapes whatever is not markup already; null leaves nothing. */
export function html(literals: TemplateStringsArray, ...values: Value[]): Markup {
  return new Markup(String.raw({ raw: literals }, ...values.map(render)))
}

export function trusted(source: string): Markup {
  return new Markup(source)
}

function render(value: Value): string {
  if (value === null) return ''
  if (typeof value === 'string') return escapeText(value)
  return value instanceof Markup ? value.toString() : value.join('')
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character)
}
