/** The one-time token of the link that opened this page; it leaves the address bar and the history at once. */
export function takeLinkToken() {
  const token = new URLSearchParams(location.search).get('token')
  if (token !== null) history.replaceState(null, '', location.pathname)
  return token || null
}
