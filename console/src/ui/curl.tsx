import { useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { curlOf } from '../api/curl.ts'
import type { ApiRequest, Operation } from '../api/request.ts'
import { usePreferences } from '../shell/preferences.ts'
import { useWords } from '../words/use-words.tsx'
import { Copy } from './copy.tsx'
import { Sheet } from './sheet.tsx'

/** Shows the request as a command, for those who chose to see them. */
export function Curl({ request }: { request: ApiRequest<Operation> | (() => ApiRequest<Operation>) }) {
  const words = useWords()
  const { showsCurl } = usePreferences()
  const [command, setCommand] = useState<string | null>(null)
  if (!showsCurl) return null

  function show() {
    try {
      setCommand(curlOf(typeof request === 'function' ? request() : request))
    } catch (error) {
      setCommand(`# ${(error as Error).message}`)
    }
  }
  return (
    <>
      <Button className="small quiet curl" onPress={show}>
        curl
      </Button>
      <Sheet title={words.curl.title} isOpen={command !== null} onClose={() => setCommand(null)}>
        <p className="lead">{words.curl.lead}</p>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which a keyboard must reach. */}
        <pre className="command" tabIndex={0}>
          {command}
        </pre>
        <Copy text={command ?? ''} />
      </Sheet>
    </>
  )
}
