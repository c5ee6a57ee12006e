/** One request of a walk through a published API, and what must come of it. Texts may hold `{{variables}}`. */
export interface Step {
  name: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  path: string
  authorization?: string
  json?: unknown
  form?: Record<string, string>
  status: number
  /** What the answer is, or, of an object, has. */
  answer?: unknown
  /** Variables to keep for later: the name, and the way to it in the answer. */
  keep?: Record<string, string>
  /** The same of claims of the `access_token` in it. */
  keepClaims?: Record<string, string>
  /** Asked again until it comes: what is made by a job. */
  patient?: true
}

export interface Walk {
  title: string
  prefix: string
  steps: Step[]
}
