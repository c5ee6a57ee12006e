const dark = matchMedia('(prefers-color-scheme: dark)')

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
})

function followColourScheme() {
  document.documentElement.classList.toggle('dark-mode', dark.matches)
}
