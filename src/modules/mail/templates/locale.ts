const locales = ['en', 'es', 'ru'] as const

export type Locale = (typeof locales)[number]

const defaultLocale: Locale = 'en'

/** The best of our locales for an Accept-Language header or a stored tag; en when nothing fits. */
export function pickLocale(preferred: string | undefined): Locale {
  const ranked = (preferred ?? '')
    .split(',')
    .map(parseRange)
    .filter((range) => range.quality > 0)
    .sort((a, b) => b.quality - a.quality)
  for (const { language } of ranked) {
    const locale = language === '*' ? defaultLocale : locales.find((known) => known === language)
    if (locale) return locale
  }
  return defaultLocale
}

function parseRange(range: string) {
  const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  // Stored tags often carry the underscore of POSIX locales: ru_RU.
  const language = tag.split(/[-_]/, 1)[0] ?? ''
  return { language, quality: readQuality(parameters) }
}

function readQuality(parameters: string[]): number {
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  if (weight === undefined) return 1
  const quality = Number(weight.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}
