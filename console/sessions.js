import { whileBusy } from './busy.js'
import { createPanel } from './panel.js'
import { call } from './session.js'
import { timeElement } from './time.js'
import { describeUserAgent } from './user-agent.js'

export function createSessionsPanel(section, { tell, signOutHere }) {
  const panel = createPanel(section, {
    load: () => call('GET', '/auth/sessions'),
    draw: (session, row) => drawSession(session, row, leave),
  })

  async function leave(session, row) {
    if (session.current) return signOutHere()
    try {
      await call('DELETE', `/auth/sessions/${session.id}`)
    } catch (error) {
      if (error.status !== 404) {
        row.querySelector('.error').textContent = error.message
        return
      }
    }
    panel.remove(row)
    tell('That session is signed out.')
  }
  return panel
}

function drawSession(session, row, leave) {
  const name = describeUserAgent(session.user_agent)
  const title = row.querySelector('strong')
  const about = row.querySelector('.about')
  const button = row.querySelector('button')
  title.textContent = name
  title.title = session.user_agent ?? ''
  if (session.current) title.append(currentMark())
  about.append('seen ', timeElement(session.last_seen_at), ', signed in ', timeElement(session.created_at))
  if (session.ip) about.append(` · ${session.ip}`)
  button.setAttribute('aria-label', `Sign out ${name}${session.current ? ', this session' : ''}`)
  button.addEventListener('click', () => whileBusy(button, () => leave(session, row)))
}

function currentMark() {
  const mark = document.createElement('span')
  mark.className = 'mark'
  mark.textContent = 'this session'
  return mark
}
