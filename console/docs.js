// Chosen in the console; else as the system has it.
const { theme } = document.documentElement.dataset
const dark = matchMedia('(prefers-color-scheme: dark)')

followColourScheme()
dark.addEventListener('change', followColourScheme)

globalThis.SwaggerUIBundle({
  url: '/openapi.json',
  domNode: document.getElementById('reference'),
  deepLinking: true,
  filter: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  // No badge from a validation service of others.
  validatorUrl: null,
})

function followColourScheme() {
  document.documentElement.classList.toggle(
    'dark-mode',
    theme === 'dark' || (theme === undefined && dark.matches),
  )
}
