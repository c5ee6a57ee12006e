/** Why something failed, in a line. A host that has several addresses fails with one error for each, and no words of its own. */
export function reasonOf(error: unknown): string {
  const { message, code, errors } = Object(error) as { message?: string; code?: string; errors?: unknown[] }
  if (message) return message.split('\n', 1)[0] as string
  return errors?.[0] === undefined ? (code ?? 'no reason given') : reasonOf(errors[0])
}
