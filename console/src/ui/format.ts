import { type Language, usePreferences } from '../shell/preferences.ts'

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

export interface Format {
  number(value: number): string
  /** «12K» where room is scarce. */
  short(value: number): string
  /** «3 minutes ago» within a week, a date beyond. */
  when(date: Date): string
  moment(date: Date): string
  dayAndTime(date: Date): string
  clock(date: Date): string
  day(date: Date): string
  shortDay(date: Date): string
  /** «5 min», the largest unit alone. */
  duration(seconds: number): string
  /** Minor units, as the API has them. */
  price(minor: number, currency: string): string
}

const byLanguage = new Map<Language, Format>()

export function useFormat(): Format {
  return formatOf(usePreferences().language)
}

function formatOf(language: Language): Format {
  const format = byLanguage.get(language) ?? createFormat(language)
  byLanguage.set(language, format)
  return format
}

function createFormat(language: Language): Format {
  const number = new Intl.NumberFormat(language)
  const short = new Intl.NumberFormat(language, { notation: 'compact' })
  const moment = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' })
  const dayAndTime = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' })
  const day = new Intl.DateTimeFormat(language, { dateStyle: 'medium' })
  const shortDay = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'short' })
  const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const distance = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })

  return {
    number: number.format,
    short: (value) => (value < 10_000 ? number : short).format(value),
    moment: moment.format,
    dayAndTime: dayAndTime.format,
    day: day.format,
    shortDay: shortDay.format,
    duration(seconds) {
      const [unit, length] = STEPS.find(([, size]) => seconds >= size) ?? ['second', 1]
      const style = { style: 'unit', unit, unitDisplay: 'short' } as const
      return new Intl.NumberFormat(language, style).format(Math.trunc(seconds / length))
    },
    clock: clock.format,
    when(date) {
      const seconds = (date.getTime() - Date.now()) / 1000
      if (Math.abs(seconds) >= 7 * 86_400) return day.format(date)
      const [unit, length] = STEPS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1]
      return distance.format(Math.trunc(seconds / length), unit)
    },
    price(minor, currency) {
      const money = new Intl.NumberFormat(language, { style: 'currency', currency })
      const digits = money.resolvedOptions().maximumFractionDigits ?? 2
      return money.format(minor / 10 ** digits)
    },
  }
}
