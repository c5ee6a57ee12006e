import { whileBusy } from './busy.js'

/**
 * A list with its four states: loading, rows, empty, failed with another try.
 * `load` answers `{items, next_cursor}`; `draw(item, row)` fills a copy of the panel's template.
 */
export function createPanel(section, { load, draw }) {
  const rows = section.querySelector('[data-rows]')
  const empty = section.querySelector('[data-empty]')
  const more = section.querySelector('[data-more]')
  const template = section.querySelector('template')
  const notice = document.createElement('div')
  notice.setAttribute('role', 'status')
  rows.before(notice)
  let nextCursor = null
  let opening = 0

  async function open() {
    opening += 1
    const mine = opening
    if (rows.children.length === 0) notice.replaceChildren(paragraph('working', 'Loading…'))
    empty.hidden = true
    const page = await attempt(load, open)
    // Of two loads under way only the later one may speak, and none after the panel was cleared.
    if (!page || mine !== opening) return
    rows.replaceChildren()
    append(page)
  }

  async function attempt(work, again) {
    try {
      const answer = await work()
      notice.replaceChildren()
      return answer
    } catch (error) {
      if (section.offsetParent !== null) notice.replaceChildren(failure(error, again))
      return null
    }
  }

  function append(page) {
    rows.append(...page.items.map(newRow))
    nextCursor = page.next_cursor ?? null
    if (more) more.hidden = nextCursor === null
    showEmpty()
  }

  function newRow(item) {
    const row = template.content.firstElementChild.cloneNode(true)
    draw(item, row)
    return row
  }

  function showEmpty() {
    empty.hidden = rows.children.length > 0
  }

  async function openMore() {
    const mine = opening
    const page = await attempt(() => load(nextCursor), openMore)
    if (page && mine === opening) append(page)
  }

  more?.addEventListener('click', () => whileBusy(more, openMore))
  const reload = section.querySelector('[data-reload]')
  reload?.addEventListener('click', () => whileBusy(reload, open))

  return {
    open,
    put(item) {
      notice.replaceChildren()
      rows.prepend(newRow(item))
      showEmpty()
    },
    remove(row) {
      row.remove()
      showEmpty()
      section.querySelector('h2').focus()
    },
    clear() {
      opening += 1
      rows.replaceChildren()
      notice.replaceChildren()
      section.querySelector('form')?.reset()
    },
  }
}

function failure(error, again) {
  const box = document.createElement('div')
  const button = document.createElement('button')
  box.className = 'failure'
  button.type = 'button'
  button.className = 'small'
  button.textContent = 'Try again'
  button.addEventListener('click', () => whileBusy(button, again))
  box.append(paragraph('', error.message), button)
  return box
}

function paragraph(className, text) {
  const element = document.createElement('p')
  element.className = className
  element.textContent = text
  return element
}
