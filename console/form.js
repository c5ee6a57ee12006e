import { whileBusy } from './busy.js'
import { say } from './language.js'

/** Sends the form's values with `send`; what the browser or the API finds wrong is shown beside the fields. */
export function bindForm(form, send) {
  form.noValidate = true
  for (const holder of form.querySelectorAll('.secret')) addShowButton(holder)
  form.addEventListener('input', ({ target }) => setFieldError(target, ''))
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    whileBusy(form.querySelector('button.main'), () => submit(form, send))
  })
}

function addShowButton(holder) {
  const input = holder.querySelector('input')
  const button = document.createElement('button')
  const hiddenWord = document.createElement('span')
  hiddenWord.className = 'unseen'
  hiddenWord.textContent = say(' password')
  button.type = 'button'
  button.append(say('Show'), hiddenWord)
  button.addEventListener('click', () => reveal(input.type === 'password'))
  input.form.addEventListener('submit', () => reveal(false))
  holder.append(button)

  function reveal(shown) {
    input.type = shown ? 'text' : 'password'
    button.firstChild.textContent = say(shown ? 'Hide' : 'Show')
  }
}

async function submit(form, send) {
  showMessage(form, '')
  const fields = fieldsOf(form)
  for (const field of fields) setFieldError(field, field.validationMessage)
  if (focusFirstInvalid(fields)) return
  try {
    await send(Object.fromEntries(new FormData(form)))
  } catch (error) {
    showProblem(form, error)
  }
}

function fieldsOf(form) {
  return [...form.elements].filter((element) => element instanceof HTMLInputElement)
}

function setFieldError(field, sentence) {
  const place = document.getElementById(`${field.id}-error`)
  if (place) place.textContent = sentence
  if (sentence) field.setAttribute('aria-invalid', 'true')
  else field.removeAttribute('aria-invalid')
}

function focusFirstInvalid(fields) {
  const invalid = fields.find((field) => field.getAttribute('aria-invalid') === 'true')
  invalid?.focus()
  return invalid
}

function showProblem(form, error) {
  const fields = fieldsOf(form)
  const homeless = []
  for (const { pointer, detail } of error.errors ?? []) {
    const field = fields.find(({ name }) => name === pointer.split('/').at(-1))
    if (field) setFieldError(field, detail)
    else homeless.push(detail)
  }
  // With a word beside every wrong field, «some members are not valid» would say nothing more.
  const invalid = focusFirstInvalid(fields)
  if (invalid && homeless.length === 0) return
  showMessage(
    form,
    [say(error.message), ...homeless].join(' '),
    error.status >= 500 ? error.requestId : undefined,
  )
}

function showMessage(form, sentence, requestId) {
  const place = form.querySelector('[data-message]')
  place.replaceChildren(sentence)
  if (!requestId) return
  const small = document.createElement('small')
  small.textContent = `Request ${requestId}`
  place.append(small)
}
