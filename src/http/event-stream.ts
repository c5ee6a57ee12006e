import type { Writable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Caller } from './access.ts'

/** Bytes that may wait for one reader. A reader this far behind costs less as a reconnect than as memory. */
const UNSENT_BYTES_MAX = 1024 * 1024
/** Heartbeats that wait for one reader: after two minutes without a sign of it, it is gone without a word. */
const BEATS_UNSENT_MAX = 8
const HEARTBEAT = Buffer.from(': heartbeat\n\n')
/** How long the last bytes may take to a reader that no longer reads. */
const FAREWELL_MS = 1_000

/** One of perhaps ten thousand: a class, so that an open stream has no functions of its own. */
export class EventStream {
  readonly caller: Caller
  readonly #out: Writable
  readonly #onClosed: (() => void)[] = []
  #onDrained: (() => void) | null = null
  #isOpen = true
  #beatsUnsent = 0

  constructor(out: Writable, caller: Caller) {
    this.caller = caller
    this.#out = out
    out.once('close', () => this.#release())
    if (out.destroyed) this.#release()
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Called once, when nothing more can be sent. */
  onClosed(listener: () => void): void {
    this.#onClosed.push(listener)
  }

  /** Takes what `formatEvent` made. A reader that has too much before it already is cut; it resumes with its Last-Event-ID. */
  send(events: Buffer): void {
    if (!this.#isOpen) return
    if (this.#out.writableLength <= UNSENT_BYTES_MAX) {
      this.#out.write(events)
      return
    }
    this.#cut()
  }

  /** Says that the stream lives. */
  beat(): void {
    if (this.#beatsUnsent === BEATS_UNSENT_MAX) this.#cut()
    if (!this.#isOpen) return
    this.#beatsUnsent += 1
    this.#out.write(HEARTBEAT, () => {
      this.#beatsUnsent = 0
    })
  }

  /** Resolves once the reader has taken what was sent, or is gone. */
  async drained(): Promise<void> {
    await nextTurn()
    if (!this.#isOpen || !this.#out.writableNeedDrain) return
    await new Promise<void>((resolve) => {
      this.#onDrained = resolve
      this.#out.once('drain', resolve)
    })
  }

  end(): void {
    if (!this.#isOpen) return
    this.#release()
    this.#out.end()
    const farewell = setTimeout(() => this.#out.destroy(), FAREWELL_MS)
    this.#out.once('close', () => clearTimeout(farewell))
  }

  #cut(): void {
    this.#out.destroy()
    this.#release()
  }

  #release(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#onDrained?.()
    for (const listener of this.#onClosed) listener()
  }
}
