/** Drawn for this house, on a square of 24. */
const ICONS = {
  overview: 'M4.500 20v-8.500a7.500 7.500 0 0 1 15 0V20 M3 20h18 M9.500 20v-6a2.500 2.500 0 0 1 5 0v6',
  queues: 'M4 5.500h16v4H4z M4 14.500h16v4H4z M7.500 7.500h.01 M7.500 16.500h.01',
  tasks: 'M4 4.500h16v15H4z M8 12l3 3 5-6',
  stores:
    'M4 9.500L5.500 4.500h13L20 9.500a2.670 2.670 0 0 1-5.330 0 2.670 2.670 0 0 1-5.340 0A2.670 2.670 0 0 1 4 9.500z M5.500 13v7h13v-7',
  documents: 'M6 3.500h8l4 4v13H6z M14 3.500v4h4 M9 13h6 M9 16.500h6',
  mail: 'M3.500 5.500h17v13h-17z M4 6.500l8 6.500 8-6.500',
  alerts: 'M6.500 15.500V11a5.500 5.500 0 0 1 11 0v4.500l1.500 2.500H5z M10 21h4',
  users:
    'M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7z M2.500 20a6.500 6.500 0 0 1 13 0 M15.500 4.900a3.500 3.500 0 0 1 0 6.200 M18 14.600a6.500 6.500 0 0 1 3.500 5.400',
  account:
    'M12 11.500a3.750 3.750 0 1 0 0-7.500 3.750 3.750 0 0 0 0 7.500z M4.500 20.500a7.500 7.500 0 0 1 15 0',
  edit: 'M4.500 19.500l1-4L16 5l3 3L8.500 18.500z M13.500 7.500l3 3',
  delete: 'M5 7h14 M9.500 7V4.500h5V7 M7 7l1 12.500h8L17 7',
  leave: 'M10 4.500H5v15h5 M14.500 8l4 4-4 4 M18 12H9.500',
  back: 'M14 6l-6 6 6 6',
} as const

export type IconName = keyof typeof ICONS

export function Icon({ name }: { name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={ICONS[name]} />
    </svg>
  )
}
