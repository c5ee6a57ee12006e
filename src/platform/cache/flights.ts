/** Loads that are under way, so that readers at the same time share one. */
export function createFlights() {
  const flights = new Map<string, Promise<string>>()

  async function land(name: string, flight: Promise<string>, keep: Keep): Promise<void> {
    try {
      const text = await flight
      if (flights.get(name) === flight) await keep(text)
    } catch {
      // The readers are told.
    }
    if (flights.get(name) === flight) flights.delete(name)
  }

  return {
    /** Joins the load of that name, or begins it and has its text kept, unless the name was forgotten meanwhile. */
    share(name: string, load: () => Promise<string>, keep: Keep): Promise<string> {
      const known = flights.get(name)
      if (known) return known
      const flight = load()
      flights.set(name, flight)
      land(name, flight, keep)
      return flight
    },
    /** Whoever comes later does not join the load; those who have, still get its text. */
    forget: (name: string) => void flights.delete(name),
  }
}

type Keep = (text: string) => Promise<void> | void
