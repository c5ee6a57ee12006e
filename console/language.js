// The pages are written in English; their other languages are tables from each sentence to its own. The console keeps the
// choice under the same name.
const LOADERS = { es: () => import('./sentences-es.js'), ru: () => import('./sentences-ru.js') }
const language = chosenLanguage()
const sentences = language in LOADERS ? (await LOADERS[language]()).sentences : {}

/** The sentence in the reader's language; one without a translation stays as it is. */
export function say(sentence) {
  return sentences[sentence] ?? sentence
}

translateDocument()

function translateDocument() {
  if (language === 'en') return
  document.documentElement.lang = language
  document.title = document.title.split(' · ').map(say).join(' · ')
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) translateText(walker.currentNode)
  for (const element of document.querySelectorAll('[data-working]'))
    element.dataset.working = say(element.dataset.working)
}

/** The spaces around it stay: beside an element they are those between words. */
function translateText(node) {
  const [, before, text, after] = /^(\s*)(.*?)(\s*)$/s.exec(node.data)
  const sentence = text.replace(/\s+/g, ' ')
  const translated = say(sentence)
  if (translated !== sentence) node.data = before + translated + after
}

function chosenLanguage() {
  const known = ['en', 'es', 'ru']
  const wished = [kept(), ...navigator.languages.map((tag) => tag.slice(0, 2))]
  return wished.find((each) => known.includes(each)) ?? 'en'
}

function kept() {
  try {
    return localStorage.getItem('loggia.language')
  } catch {
    return null
  }
}
