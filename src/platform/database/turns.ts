/** Work that is done one after another, and others who wait until none is left. */
export function createTurns() {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0

  async function take<Result>(work: () => Promise<Result>): Promise<Result> {
    waiting += 1
    const mine = last.then(work).finally(() => {
      waiting -= 1
    })
    last = mine.catch(() => {})
    return mine
  }

  async function untilFree(): Promise<void> {
    while (waiting > 0) await last
  }

  return { take, untilFree }
}
