import { bindForm } from './form.js'
import { createPanel } from './panel.js'
import { call } from './session.js'
import { timeElement } from './time.js'

export function createTasksPanel(section, tell) {
  const panel = createPanel(section, { load: loadOpenTasks, draw: drawTask })
  const form = section.querySelector('form')

  bindForm(form, async ({ text }) => {
    panel.put(await call('POST', '/tasks', { text: text.trim() }))
    tell(`Added: ${text}`)
    form.reset()
    form.elements.text.focus()
  })
  return panel
}

function loadOpenTasks(cursor) {
  const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''
  return call('GET', `/tasks?done=false&limit=20${after}`)
}

function drawTask(task, row) {
  const box = row.querySelector('input')
  const due = row.querySelector('.about')
  row.querySelector('label span').textContent = task.text
  showDone(row, task.done)
  if (task.due_at) {
    due.append('due ', timeElement(task.due_at))
    due.classList.toggle('late', !task.done && new Date(task.due_at) < new Date())
  }
  box.addEventListener('change', () => tick(task, row, box.checked))
}

// The box moves at once and moves back when the server refuses.
async function tick(task, row, done) {
  const error = row.querySelector('.error')
  error.textContent = ''
  showDone(row, done)
  try {
    await call('PATCH', `/tasks/${task.id}`, { done })
  } catch (problem) {
    showDone(row, !done)
    error.textContent = problem.message
  }
}

function showDone(row, done) {
  row.classList.toggle('done', done)
  row.querySelector('input').checked = done
}
