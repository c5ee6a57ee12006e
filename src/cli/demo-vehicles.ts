interface Vehicle {
  make: string
  model: string
  category: string
  /** When it was built. */
  years: [first: number, last: number]
}

export interface Seen {
  year: number
  make: string
  model: string
  category: string
}

/** Some that are met on roads; the first ones more often. */
const VEHICLES: Vehicle[] = [
  { make: 'Toyota', model: 'Corolla', category: 'Sedan', years: [1966, 2026] },
  { make: 'Toyota', model: 'RAV4', category: 'SUV', years: [1994, 2026] },
  { make: 'Ford', model: 'F-150', category: 'Pickup', years: [1975, 2026] },
  { make: 'Volkswagen', model: 'Golf', category: 'Hatchback', years: [1974, 2026] },
  { make: 'Honda', model: 'CR-V', category: 'SUV', years: [1995, 2026] },
  { make: 'Škoda', model: 'Octavia', category: 'Sedan, Wagon', years: [1996, 2026] },
  { make: 'Renault', model: 'Kangoo', category: 'Van/Minivan', years: [1997, 2026] },
  { make: 'Mazda', model: 'CX-5', category: 'SUV', years: [2012, 2026] },
  { make: 'Subaru', model: 'Outback', category: 'SUV, Wagon', years: [1994, 2026] },
  { make: 'Mercedes-Benz', model: 'Sprinter', category: 'Van/Minivan', years: [1995, 2026] },
  { make: 'Jeep', model: 'Cherokee', category: 'SUV', years: [1974, 2023] },
  { make: 'Chevrolet', model: 'Colorado', category: 'Pickup', years: [2004, 2026] },
  { make: 'BMW', model: '328i', category: 'Sedan, Convertible, Coupe', years: [1996, 2016] },
  { make: 'Citroën', model: 'Berlingo', category: 'Van/Minivan', years: [1996, 2026] },
  { make: 'Lada', model: 'Niva', category: 'SUV', years: [1977, 2026] },
  { make: 'Porsche', model: '911', category: 'Coupe, Convertible', years: [1964, 2026] },
]

/** One in so many is what the rule that stands from the start alerts of. */
const SUSPICIOUS_EVERY = 20

export function anyVehicle(random = Math.random): Seen {
  const { make, model, category, years } = VEHICLES[Math.floor(random() ** 2 * VEHICLES.length)] as Vehicle
  const [first, last] = years
  const year = last - Math.floor(random() ** 2 * (last - first + 1))
  const isSuspicious = random() < 1 / SUSPICIOUS_EVERY
  return { year, make, model, category: isSuspicious ? `${category}, SUSPICIOUS_VEHICLE` : category }
}
