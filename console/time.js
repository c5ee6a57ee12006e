const moment = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' })
const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' })
const distance = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const steps = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** `<time>` that reads «3 minutes ago» within a week and a date beyond; the full moment is its title. */
export function timeElement(iso) {
  const element = document.createElement('time')
  const date = new Date(iso)
  element.dateTime = iso
  element.title = moment.format(date)
  element.textContent = spoken(date)
  return element
}

function spoken(date) {
  const seconds = (date.getTime() - Date.now()) / 1000
  if (Math.abs(seconds) >= 7 * 86_400) return day.format(date)
  const [unit, length] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? []
  return unit ? distance.format(Math.round(seconds / length), unit) : 'just now'
}
