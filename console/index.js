import { createAlertsPanel } from './alerts.js'
import { whileBusy } from './busy.js'
import { bindForm } from './form.js'
import { call, forgetSession, hasSession, signIn, signOut, whenSessionEnds } from './session.js'
import { createSessionsPanel } from './sessions.js'
import { createTasksPanel } from './tasks.js'
import { timeElement } from './time.js'
import { createViews } from './view.js'

const show = createViews(['opening', 'unreachable', 'welcome', 'overview'])
const byId = (id) => document.getElementById(id)
const signInForm = byId('sign-in')
const panels = [
  createTasksPanel(byId('tasks'), tell),
  createAlertsPanel(byId('alerts')),
  createSessionsPanel(byId('sessions'), { tell, signOutHere }),
]

whenSessionEnds(() => showWelcome('Your session has ended. Sign in to go on.'))
byId('retry').addEventListener('click', resume)
byId('forget').addEventListener('click', () => {
  forgetSession()
  showWelcome()
})
byId('sign-out').addEventListener('click', ({ target }) => whileBusy(target, signOutHere))
bindForm(signInForm, async (credentials) => {
  showOverview(await signIn(credentials))
})

if (hasSession()) resume()
else showWelcome()

async function resume() {
  show('opening')
  try {
    showOverview(await call('GET', '/users/me'))
  } catch (error) {
    // A session that the server ended has already been answered with the sign-in form.
    if (!hasSession()) return
    show('unreachable').querySelector('[role=alert]').textContent = error.message
  }
}

function showOverview(user) {
  drawPerson(user)
  byId('farewell').textContent = ''
  signInForm.reset()
  show('overview')
  for (const panel of panels) panel.open()
}

function drawPerson(user) {
  document.title = `${user.username} · Loggia`
  const person = document.querySelector('.person')
  person.querySelector('.initial').textContent = [...user.username][0]
  person.querySelector('h1').textContent = user.username
  person
    .querySelector('.facts')
    .replaceChildren(
      ...fact('E-mail', user.email ?? 'none'),
      ...fact('Role', user.role),
      ...fact('Member since', user.created_at && timeElement(user.created_at)),
    )
}

function fact(term, value) {
  if (!value) return []
  const pair = document.createElement('div')
  const name = document.createElement('dt')
  const content = document.createElement('dd')
  name.textContent = term
  content.append(value)
  pair.append(name, content)
  return [pair]
}

async function signOutHere() {
  try {
    await signOut()
    showWelcome('You are signed out.')
  } catch {
    showWelcome('You are signed out in this window, but the server could not be told.')
  }
}

function showWelcome(farewell = '') {
  document.title = 'Loggia'
  for (const panel of panels) panel.clear()
  show('welcome')
  byId('farewell').textContent = farewell
  signInForm.elements.username.focus()
}

function tell(sentence) {
  byId('news').textContent = sentence
}
