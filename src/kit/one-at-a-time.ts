/**
 * Runs `work` one at a time. Asked for while it runs, it runs once more at the end: whoever asks after a change is served by
 * a run that began after it, however many ask.
 */
export function oneAtATime(work: () => Promise<void>, onError: (error: unknown) => void): () => void {
  let running = false
  let again = false

  async function run(): Promise<void> {
    running = true
    do {
      again = false
      await work().catch(onError)
    } while (again)
    running = false
  }

  return () => {
    if (running) again = true
    else run()
  }
}
