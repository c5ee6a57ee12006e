/** Order matters: browsers name the ones they imitate. */
const BROWSERS: [RegExp, string][] = [
  [/\bEdg/, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

/** «Firefox · Linux» for a browser, the program's own first word for anything else; null: it told nothing. */
export function deviceOf(userAgent: string | null): string | null {
  if (!userAgent) return null
  const browser = nameIn(BROWSERS, userAgent)
  if (browser === undefined) return userAgent.split(/[\s/]/)[0]?.slice(0, 40) ?? null
  const system = nameIn(SYSTEMS, userAgent)
  return system === undefined ? browser : `${browser} · ${system}`
}

function nameIn(table: [RegExp, string][], userAgent: string): string | undefined {
  return table.find(([pattern]) => pattern.test(userAgent))?.[1]
}
