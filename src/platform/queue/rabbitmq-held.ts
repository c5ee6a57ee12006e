import type { Settled } from './index.ts'
import type { Arrival } from './rabbitmq-arrivals.ts'
import type { Letter } from './rabbitmq-messages.ts'

/** A message that somebody here has received and not settled. */
export interface Held {
  arrival: Arrival
  letter: Letter
}

/** `false`: it is not ours any more. */
export type Settlement = (held: Held) => Promise<boolean> | boolean

/** What is held here, by receipt. */
export function createHeld({ isAlive }: { isAlive: (arrival: Arrival) => boolean }) {
  const byReceipt = new Map<string, Held>()

  async function settleOne(receipt: string, settlement: Settlement): Promise<boolean> {
    const held = byReceipt.get(receipt)
    if (held === undefined) return false
    byReceipt.delete(receipt)
    try {
      return await settlement(held)
    } catch (error) {
      if (isAlive(held.arrival)) byReceipt.set(receipt, held)
      throw error
    }
  }

  return {
    hold: (held: Held) => byReceipt.set(held.arrival.receipt, held),
    has: (receipt: string) => byReceipt.has(receipt),
    forget: () => byReceipt.clear(),
    /** Each at most once. When this throws, those that failed are still held. */
    async settle(receipts: string[], settlement: Settlement): Promise<Settled> {
      const settled = await Promise.allSettled(receipts.map((receipt) => settleOne(receipt, settlement)))
      const failed = settled.find(({ status }) => status === 'rejected')
      if (failed?.status === 'rejected') throw failed.reason
      const stale = receipts.filter(
        (_, index) => settled[index]?.status === 'fulfilled' && !settled[index].value,
      )
      return { done: receipts.length - stale.length, stale }
    },
  }
}
