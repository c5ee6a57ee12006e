import { type ApiRequest, addressOf } from './request.ts'

/** The request as a command for a POSIX shell; `$TOKEN` stands for the caller's own. */
export function curlOf(request: ApiRequest): string {
  const { method, path, body } = addressOf(request)
  const lines = [`curl ${method === 'GET' ? '' : `-X ${method} `}${quote(location.origin + path)}`]
  lines.push('-H "Authorization: Bearer $TOKEN"')
  if (body !== undefined) lines.push("-H 'Content-Type: application/json'", `-d ${quote(body)}`)
  return lines.join(' \\\n  ')
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
