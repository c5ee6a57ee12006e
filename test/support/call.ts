export interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever came
  body: any
}

export interface Call {
  token?: string
  body?: unknown
  headers?: Record<string, string>
}

export type Caller = (method: string, path: string, call?: Call) => Promise<Answer>

/** Real HTTP to a server at `address`. A body of text is sent as it is, any other as JSON. */
export function callerOf(address: string): Caller {
  return async (method, path, { token, body, headers = {} } = {}) => {
    const answer = await fetch(address + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      redirect: 'manual',
    })
    const text = await answer.text()
    const isJson = /\bjson\b/.test(answer.headers.get('content-type') ?? '')
    return {
      status: answer.status,
      headers: answer.headers,
      body: isJson && text !== '' ? JSON.parse(text) : text,
    }
  }
}
