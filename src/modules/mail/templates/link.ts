export class UnsafeLinkError extends Error {
  override name = 'UnsafeLinkError'
  readonly code = 'unsafe_link'
}

/** The normal form has neither spaces, quotes nor line breaks, so it stays one word in both parts of a mail. */
export function webLink(address: string): string {
  const url = URL.parse(address)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new UnsafeLinkError('A link in a mail must be an absolute http or https address.')
  }
  return url.href
}
