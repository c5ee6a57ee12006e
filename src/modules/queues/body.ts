/** What a foreign program wrote may be no JSON; it is given out as the text that it is. */
export function fromText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
