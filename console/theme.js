// Before the first paint, so that no page flashes in the other theme.
try {
  const theme = localStorage.getItem('loggia.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // A browser that blocks site data: the system's theme it is.
}
