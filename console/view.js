import { say } from './language.js'

/** Of the views with these ids exactly one is shown. A reader who was moved there hears its heading. */
export function createViews(ids) {
  const views = ids.map((id) => document.getElementById(id))

  return function show(id, { reason = '', focus = true } = {}) {
    for (const view of views) view.hidden = view.id !== id
    const view = document.getElementById(id)
    const reasonPlace = view.querySelector('[data-reason]')
    if (reasonPlace) reasonPlace.textContent = say(reason)
    if (focus) view.querySelector('h1[tabindex]')?.focus()
    return view
  }
}
