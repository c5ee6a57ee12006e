/** An id of ours in the form of a UUID, as the clients of this API keep them: version 4 by its marks, the number in its end. */
export function toUuid(id: number): string {
  return `00000000-0000-4000-8000-${id.toString(16).padStart(12, '0')}`
}
