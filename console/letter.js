// The console hands the mail over once this page says that it listens. Scripts in a parsed document do not run.
addEventListener('message', ({ source, data }) => {
  if (source !== parent || typeof data !== 'string') return
  const letter = new DOMParser().parseFromString(data, 'text/html')
  document.documentElement.replaceChildren(letter.head, letter.body)
})
parent.postMessage('letter-ready', '*')
