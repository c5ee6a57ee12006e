import { request } from './api.js'
import { bindForm } from './form.js'
import { say } from './language.js'
import { takeLinkToken } from './link-token.js'
import { createViews } from './view.js'

const token = takeLinkToken()
const show = createViews(['forgot', 'sent', 'choose', 'changed', 'refused'])
const forgotForm = document.querySelector('#forgot form')
const chooseForm = document.querySelector('#choose form')

bindForm(forgotForm, async ({ email }) => {
  await request('POST', '/auth/password/forgot', { body: { email } })
  show('sent').querySelector('[data-address]').textContent = email
})

bindForm(chooseForm, async ({ new_password }) => {
  try {
    await request('POST', '/auth/password/reset', { body: { token, new_password } })
    show('changed')
  } catch (error) {
    if (isAboutPassword(error) || error.passes) throw error
    show('refused', { reason: error.message })
  }
})

chooseForm.addEventListener('input', () => {
  const { new_password, repeat } = chooseForm.elements
  repeat.setCustomValidity(new_password.value === repeat.value ? '' : say('The two passwords differ.'))
})
for (const id of ['again', 'anew']) document.getElementById(id).addEventListener('click', askForEmail)

if (token) show('choose', { focus: false }).querySelector('input').focus()
else askForEmail()

function isAboutPassword(error) {
  return error.errors.some(({ pointer }) => pointer.endsWith('/new_password'))
}

function askForEmail() {
  forgotForm.reset()
  show('forgot', { focus: false }).querySelector('input').focus()
}
