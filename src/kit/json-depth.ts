/** No honest JSON nests deeper, and what does overflows the stack of whatever walks it later. */
export const DEPTH_MAX = 64

const QUOTE = 0x22
const BACKSLASH = 0x5c
/** `[` and `{`, and what closes them, differ by this bit alone. */
const CURLY = 0x20
const OPENER = 0x5b
const CLOSER = 0x5d

/** Of JSON; counted in the bytes, before anything recursive touches them. */
export function depthOf(bytes: Buffer): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number
    if (byte === QUOTE) at = endOfString(bytes, at)
    else if ((byte & ~CURLY) === OPENER) deepest = Math.max(deepest, ++depth)
    else if ((byte & ~CURLY) === CLOSER) depth -= 1
  }
  return deepest
}

function endOfString(bytes: Buffer, start: number): number {
  let at = start + 1
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1
  return at
}
