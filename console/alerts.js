import { createPanel } from './panel.js'
import { call } from './session.js'
import { timeElement } from './time.js'

export function createAlertsPanel(section) {
  return createPanel(section, { load: () => call('GET', '/alerts?limit=8'), draw: drawAlert })
}

function drawAlert({ detection, rule, created_at }, row) {
  const { year, make, model, category } = detection
  row.querySelector('strong').textContent = [year, make, model].filter(Boolean).join(' ')
  row.querySelector('[data-when]').append(timeElement(created_at))
  row.querySelector('.mark').textContent = category
  row.querySelector('[data-rule]').textContent = rule
}
