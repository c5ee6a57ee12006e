/** The value that the text is. Throws with what is wrong with it. */
export function parseJson(text: string): unknown {
  return JSON.parse(text)
}

export function prettyJson(value: unknown): string {
  return JSON.stringify(value, null, 2)
}
