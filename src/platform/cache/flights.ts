/** Loads that are under way, so that readers at the same time share one. */
export function createFlights() {
  const flights = new Map<string, Promise<string>>()
  return {
    /** Joins the load of that name, or begins it; `keep` is given the text unless the flight was forgotten meanwhile. */
    share(name: string, load: () => Promise<string>, keep: (text: string) => void): Promise<string> {
      const known = flights.get(name)
      if (known) return known
      const isCurrent = () => flights.get(name) === flight
      const flight = load()
        .then((text) => {
          if (isCurrent()) keep(text)
          return text
        })
        .finally(() => {
          if (isCurrent()) flights.delete(name)
        })
      flights.set(name, flight)
      return flight
    },
    /** Whoever comes later does not join the load; those who have, still get its text. */
    forget: (name: string) => void flights.delete(name),
  }
}
