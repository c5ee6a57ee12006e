/** The value that the text is. Throws with what is wrong with it. */
export function parseJson(text: string): unknown {
  return JSON.parse(text)
}

export function prettyJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
}

const PREVIEW_MAX = 400

/** On one line, and no longer than a list can show. */
export function previewJson(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > PREVIEW_MAX ? `${text.slice(0, PREVIEW_MAX)}…` : text
}
