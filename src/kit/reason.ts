/** Why something failed, in a line: what it goes back to, in the words of the system. */
export function reasonOf(error: unknown): string {
  const { message, code, errors, cause } = Object(error) as Partial<AggregateError> & { code?: string }
  if (cause !== undefined) return reasonOf(cause)
  if (message) return message.split('\n', 1)[0] as string
  // A host that has several addresses fails with one error for each, and no words of its own.
  return errors?.[0] === undefined ? (code ?? 'no reason given') : reasonOf(errors[0])
}
