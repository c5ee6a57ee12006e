import { useEffect } from 'react'
import { session } from '../api/session.ts'
import { useSession } from '../api/use-session.ts'
import { Act } from '../ui/act.tsx'
import { Failure } from '../ui/failure.tsx'
import { FailureNews } from '../ui/failure-news.tsx'
import { News } from '../ui/news.tsx'
import { showFailure } from '../ui/passing-failure.ts'
import { useWords } from '../words/use-words.tsx'
import { ConfirmPassword } from './confirm-password.tsx'
import { House } from './house.tsx'
import { SignInAgain } from './sign-in-again.tsx'
import { Welcome } from './welcome.tsx'

/** Who it is decides what is shown. */
export function App() {
  const words = useWords()
  const { phase, error, person } = useSession()
  // biome-ignore lint/correctness/useExhaustiveDependencies: what failed for one person is nothing to the next.
  useEffect(() => showFailure(null), [person?.id])

  if (phase === 'opening')
    return (
      <main className="notice">
        <p className="working" role="status">
          {words.session.opening}
        </p>
      </main>
    )
  if (phase === 'signed-out') return <Welcome />
  if (phase === 'unreachable' && error !== null)
    return (
      <main className="notice">
        <h1>{words.session.unreachable}</h1>
        <Failure error={error} retry={session.open} />
        <Act label={words.session.anew} work={async () => session.forget()} />
      </main>
    )
  return (
    <>
      <House key={person?.id} />
      <News />
      <FailureNews />
      <ConfirmPassword />
      {phase === 'ended' && <SignInAgain />}
    </>
  )
}
