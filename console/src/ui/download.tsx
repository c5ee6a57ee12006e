import type { ApiRequest, Operation } from '../api/request.ts'
import { call } from '../api/session.ts'
import { Act } from './act.tsx'

interface Props {
  label: string
  /** Its name on the disk of whoever asks. */
  file: string
  request: ApiRequest<Operation>
}

/** What the API gives as a file. A link would come without the token. */
export function Download({ label, file, request }: Props) {
  async function save() {
    const content = (await call(request)) as Blob | string
    const url = URL.createObjectURL(new Blob([content]))
    const link = document.createElement('a')
    link.href = url
    link.download = file
    link.click()
    // The browser takes its own hold of it, though not before this turn is over.
    setTimeout(() => URL.revokeObjectURL(url), 1_000)
  }
  return <Act label={label} work={save} isSmall request={request} />
}
