/** Passes on what comes when nothing was passed on for `ms`: a fault that lasts is told now and then, not a thousand times. */
export function rarely<Thing>(ms: number, pass: (thing: Thing) => void): (thing: Thing) => void {
  let lastAt = Number.NEGATIVE_INFINITY
  return (thing) => {
    if (performance.now() - lastAt < ms) return
    lastAt = performance.now()
    pass(thing)
  }
}
