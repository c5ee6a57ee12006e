/** What the API refused, in the words of its problem document. */
export class ApiError extends Error {
  name = 'ApiError'
  status
  /** `{pointer, detail}` for each member of the request that was wrong. */
  errors
  requestId

  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The server answered ${status} and gave no reason.`)
    this.status = status
    this.errors = problem.errors ?? []
    this.requestId = problem.request_id
  }

  /** Another try may go well: the fault or the limit is not in the request itself. */
  get passes() {
    return this.status >= 500 || this.status === 429 || this.status === 408 || this.status === 0
  }
}

export async function request(method, path, { body, token } = {}) {
  return readJson(await send(method, path, { body, token, accept: 'application/json' }))
}

export async function requestFile(method, path, { token } = {}) {
  return (await send(method, path, { token, accept: '*/*' })).blob()
}

async function send(method, path, { body, token, accept }) {
  const headers = { accept }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (token) headers.authorization = `Bearer ${token}`
  const response = await reach(`/api/v1${path}`, { method, headers, body: JSON.stringify(body) })
  if (!response.ok) throw new ApiError(response.status, (await readJson(response)) ?? {})
  return response
}

async function reach(url, options) {
  try {
    return await fetch(url, options)
  } catch {
    throw new ApiError(0, { detail: 'The server could not be reached. Is your connection up?' })
  }
}

async function readJson(response) {
  try {
    return await response.json()
  } catch {
    return null
  }
}
