import { bindForm } from './form.js'
import { call, fetchFile, hasSession, signIn, whenSessionEnds } from './session.js'
import { createViews } from './view.js'

const id = new URLSearchParams(location.search).get('id') ?? ''
const show = createViews(['working', 'welcome', 'ready', 'refused', 'failed'])

whenSessionEnds(() => show('welcome'))
document.getElementById('retry').addEventListener('click', open)
bindForm(document.querySelector('form'), async (credentials) => {
  await signIn(credentials)
  await open()
})

if (!/^\d{1,15}$/.test(id)) show('refused', { reason: 'Open the link from the e-mail once more.' })
else if (hasSession()) open()
else show('welcome')

async function open() {
  show('working')
  try {
    const { template, subject_id } = await call('GET', `/documents/${id}`)
    const file = await fetchFile(`/documents/${id}/file`)
    const link = show('ready').querySelector('[data-file]')
    link.href = URL.createObjectURL(file)
    link.download = `${template}-${subject_id}.pdf`
  } catch (error) {
    // A session that the server ended has already been answered with the sign-in form.
    if (hasSession()) show(error.passes ? 'failed' : 'refused', { reason: error.message })
  }
}
