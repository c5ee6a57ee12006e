import { LoggiaError } from '../../kit/errors.ts'
import type { Span } from './index.ts'

/** Runs `work` as what the span is about, and ends the span with it. */
export async function inSpan<Result>(span: Span, work: () => Promise<Result>): Promise<Result> {
  try {
    return await span.run(work)
  } catch (error) {
    span.fail(codeOf(error))
    throw error
  } finally {
    span.end()
  }
}

function codeOf(error: unknown): string {
  if (error instanceof LoggiaError) return error.code
  return error instanceof Error ? error.name : 'unknown'
}
