type Effect = () => void

const effectsOf = new WeakMap<object, Effect[]>()

/**
 * Runs `effect` once the transaction's commit is on disk, never when it fails. For pokes and caches only: a crash
 * between commit and effect loses it, so whatever must happen belongs into the outbox.
 */
export function afterCommit(tx: object, effect: Effect): void {
  const effects = effectsOf.get(tx)
  if (effects === undefined) throw new Error('afterCommit was called outside of a transaction.')
  effects.push(effect)
}

/** For drivers: collects what is registered on `tx` from here on. */
export function collectEffects(tx: object): Effect[] {
  const effects: Effect[] = []
  effectsOf.set(tx, effects)
  return effects
}

export function runEffects(effects: Effect[], onError: (error: unknown) => void): void {
  for (const effect of effects) {
    try {
      effect()
    } catch (error) {
      onError(error)
    }
  }
}
