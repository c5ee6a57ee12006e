/** Who in this process waits for which topic. */
export function createListeners() {
  const listeners = new Map<string, Set<() => void>>()

  function poke(topic: string): void {
    for (const onPoke of [...(listeners.get(topic) ?? [])]) onPoke()
  }

  return {
    poke,
    /** For when pokes may have been missed. */
    pokeAll(): void {
      for (const topic of [...listeners.keys()]) poke(topic)
    },
    subscribe(topic: string, onPoke: () => void): () => void {
      const listening = listeners.get(topic) ?? new Set()
      listeners.set(topic, listening.add(onPoke))
      return () => {
        listening.delete(onPoke)
        if (listening.size === 0 && listeners.get(topic) === listening) listeners.delete(topic)
      }
    },
    clear(): void {
      listeners.clear()
    },
  }
}
