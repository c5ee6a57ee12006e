import type { Answer, ApiRequest, Operation } from './request.ts'
import { call } from './session.ts'
import { type Loading, useReading, type When } from './use-reading.ts'

/** Loads when the request changes, and when `When` says so. `null`: nothing yet. */
export function useLoad<Name extends Operation>(
  request: ApiRequest<Name> | null,
  when: When = {},
): Loading<Answer<Name>> {
  return useReading<ApiRequest<Name>, Answer<Name>>(request, call, when)
}
