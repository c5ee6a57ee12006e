import { useSyncExternalStore } from 'react'
import { type Person, type SessionState, session } from './session.ts'

export function useSession(): SessionState {
  return useSyncExternalStore(session.onChange, session.state)
}

/** Only below the door that asks who it is. */
export function usePerson(): Person {
  const { person } = useSession()
  if (person === null) throw new Error('Nobody is signed in.')
  return person
}
