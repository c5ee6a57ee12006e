import { ApiError } from './request.ts'

const listeners = new Set<() => void>()
let answer: ((isConfirmed: boolean) => void) | null = null

/** The question for the password, which a dialog shows while it is asked. */
export const freshSignIn = {
  isAsked: () => answer !== null,
  onChange(listener: () => void): () => void {
    listeners.add(listener)
    return () => listeners.delete(listener)
  },
  /** True once the person signed in anew, false when they would rather not. */
  settle(isConfirmed: boolean): void {
    answer?.(isConfirmed)
    answer = null
    tellAll()
  },
}

/** Some work asks for a password given lately: it is asked for, and the work done again. */
export async function withFreshSignIn<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'fresh_token_required') throw error
    if (!(await confirmPassword())) throw error
    return work()
  }
}

function confirmPassword(): Promise<boolean> {
  freshSignIn.settle(false)
  return new Promise((resolve) => {
    answer = resolve
    tellAll()
  })
}

function tellAll(): void {
  for (const listener of listeners) listener()
}
