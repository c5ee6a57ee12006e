import { request } from './api.js'
import { bindForm } from './form.js'
import { takeLinkToken } from './link-token.js'
import { takeTokens } from './session.js'
import { createViews } from './view.js'

const token = takeLinkToken()
const show = createViews(['new', 'missing'])
const view = show(token ? 'new' : 'missing')

bindForm(document.querySelector('form'), async (person) => {
  takeTokens(await request('POST', '/auth/setup', { body: { token, ...person } }))
  location.replace('/')
})
if (token) view.querySelector('input').focus()
