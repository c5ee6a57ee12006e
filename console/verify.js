import { request } from './api.js'
import { takeLinkToken } from './link-token.js'
import { createViews } from './view.js'

const token = takeLinkToken()
const show = createViews(['working', 'done', 'refused', 'failed', 'missing'])

document.getElementById('retry').addEventListener('click', verify)
if (token) verify()
else show('missing')

async function verify() {
  show('working')
  try {
    await request('POST', '/auth/email/verify', { body: { token } })
    show('done')
  } catch (error) {
    show(error.passes ? 'failed' : 'refused', { reason: error.message })
  }
}
