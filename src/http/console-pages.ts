/** Where our pages are. */
export const CONSOLE = new URL('../../console/', import.meta.url)

/** Pages run only what we serve ourselves, and nobody may frame them. */
export const PAGE_POLICY = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': "'self'",
  'img-src': "'self' data:",
  'connect-src': "'self'",
  'form-action': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
}

export function headersOf(policy: Record<string, string>): Record<string, string> {
  const directives = Object.entries(policy).map(([name, sources]) => `${name} ${sources}`)
  return { 'content-security-policy': directives.join('; '), 'referrer-policy': 'no-referrer' }
}
