/**
 * Runs the work behind a button, once at a time. The button stays focusable and says what goes on
 * (`data-working`), because a disabled one would drop the keyboard focus.
 */
export async function whileBusy(button, work) {
  if (button.getAttribute('aria-disabled') === 'true') return
  const label = button.textContent
  button.setAttribute('aria-disabled', 'true')
  button.textContent = button.dataset.working ?? label
  try {
    await work()
  } finally {
    button.removeAttribute('aria-disabled')
    button.textContent = label
  }
}
