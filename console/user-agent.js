// Order matters: browsers name the ones they imitate.
const browsers = [
  [/\bEdg/, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/Chrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const systems = [
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

/** «Firefox on Linux» for a browser, the program's own first word for anything else. */
export function describeUserAgent(userAgent) {
  if (!userAgent) return 'Unknown program'
  const browser = nameIn(browsers, userAgent)
  if (!browser) return userAgent.split(/[\s/]/)[0].slice(0, 40)
  const system = nameIn(systems, userAgent)
  return system ? `${browser} on ${system}` : browser
}

function nameIn(table, userAgent) {
  return table.find(([pattern]) => pattern.test(userAgent))?.[1]
}
