/**
 * Runs so much work at a time; the rest waits its turn, first come, first served. Throws `refusal()` when more than `waitingMax`
 * wait already: who is refused at once may come back, who waits for ever may not.
 */
export function createBoundedQueue(options: {
  concurrency: number
  waitingMax: number
  refusal: () => Error
}) {
  const { concurrency, waitingMax, refusal } = options
  const waiting: (() => void)[] = []
  let running = 0

  return async function run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (waiting.length >= waitingMax) throw refusal()
    if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
