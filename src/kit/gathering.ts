interface Options<Call, Result> {
  /** Does all of them at once; a result for each, in their order. */
  run: (key: string, calls: Call[]) => Promise<Result[]>
  /** How much of a batch a call takes. */
  weigh: (call: Call) => number
  /** From this weight on a batch waits for nobody. */
  fullAt: number
}

interface Entry<Call, Result> {
  call: Call
  resolve: (result: Result) => void
  reject: (error: unknown) => void
}

interface Line<Call, Result> {
  waiting: Entry<Call, Result>[]
  weight: number
  /** Whether those who wait will be fetched by a batch that is on its way, or about to be. */
  isBusy: boolean
}

/** An engine that is silent for longer must not hold up those who would find it awake, or learn that it is not. */
const PATIENCE_MS = 1_000

/**
 * Calls with the same key that come at once, or while others are on their way, are done together by the next batch: so many at
 * once cost little more than one. Each is done after it was asked for, and fails with its batch.
 */
export function createGathering<Call, Result>({ run, weigh, fullAt }: Options<Call, Result>) {
  const lines = new Map<string, Line<Call, Result>>()

  async function work(key: string, line: Line<Call, Result>): Promise<void> {
    while (line.waiting.length > 0) await patiently(runWaiting(key, line))
    lines.delete(key)
  }

  async function runWaiting(key: string, line: Line<Call, Result>): Promise<void> {
    const batch = line.waiting
    line.waiting = []
    line.weight = 0
    try {
      const calls = batch.map(({ call }) => call)
      const results = await run(key, calls)
      for (const [at, { resolve }] of batch.entries()) resolve(results[at] as Result)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  return (key: string, call: Call): Promise<Result> => {
    const line = lines.get(key) ?? { waiting: [], weight: 0, isBusy: false }
    lines.set(key, line)
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    line.waiting.push({ call, resolve, reject })
    line.weight += weigh(call)
    // Not before every request that has already arrived has joined.
    if (!line.isBusy) setImmediate(work, key, line)
    line.isBusy = true
    if (line.weight >= fullAt) runWaiting(key, line)
    return promise
  }
}

/** Those who ask the same at once are answered by one read, which began after each of them had asked. */
export function sharing<Result>(read: (key: string) => Promise<Result>): (key: string) => Promise<Result> {
  const ask = createGathering<null, Result>({
    run: async (key, calls) => Array<Result>(calls.length).fill(await read(key)),
    weigh: () => 0,
    fullAt: 1,
  })
  return (key) => ask(key, null)
}

/** Resolves with `work`, but waits for it no longer than that. */
async function patiently(work: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, PATIENCE_MS)
  await Promise.race([work, late])
  clearTimeout(timer)
}
