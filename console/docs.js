// Chosen in the console; else as the system has it.
const { theme } = document.documentElement.dataset
const dark = matchMedia('(prefers-color-scheme: dark)')
/** Its path is a link inside a button, and its choice of servers a nameless list of one: neither can be read out. */
const READABLE = { wrapComponents: { DeepLink: () => pathAlone, ServersContainer: () => nothing } }

followColourScheme()
dark.addEventListener('change', followColourScheme)

globalThis.SwaggerUIBundle({
  // Beside the page: each API has its own.
  url: 'openapi.json',
  domNode: document.getElementById('reference'),
  deepLinking: true,
  filter: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  // No badge from a validation service of others.
  validatorUrl: null,
  plugins: [READABLE],
})

function pathAlone({ text }) {
  return text
}

function nothing() {
  return null
}

function followColourScheme() {
  document.documentElement.classList.toggle(
    'dark-mode',
    theme === 'dark' || (theme === undefined && dark.matches),
  )
}
