/** Longer than a busy receiver is away between two receives; so long other processes wait for what it will not come for. */
const LINGER_MS = 50

interface LingerOptions {
  /** Whether there is anything that nobody here comes for. */
  isIdle: () => boolean
  rest: () => Promise<void>
  onError: (error: unknown) => void
}

/** Does `rest` when the receivers have been away for a moment. */
export function createLinger({ isIdle, rest, onError }: LingerOptions) {
  let timer: NodeJS.Timeout | undefined

  function end(): void {
    clearTimeout(timer)
    timer = undefined
  }

  return {
    begin(): void {
      if (!isIdle()) return
      timer ??= setTimeout(() => {
        end()
        rest().catch(onError)
      }, LINGER_MS)
    },
    end,
  }
}
