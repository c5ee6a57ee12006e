/**
 * Which scopes there are, and the role that it takes to hand each out. A rule that ends in `:*` stands for any name in that
 * place, as in `queue:push:*`.
 */
export type ScopeRules = Record<string, 'user' | 'admin'>

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/

/** The role that it takes to hand out `scope`; `undefined` for one that there is not. */
export function roleFor(rules: ScopeRules, scope: string): 'user' | 'admin' | undefined {
  if (Object.hasOwn(rules, scope) && !scope.endsWith('*')) return rules[scope]
  const cut = scope.lastIndexOf(':')
  const named = `${scope.slice(0, cut)}:*`
  return NAME.test(scope.slice(cut + 1)) && Object.hasOwn(rules, named) ? rules[named] : undefined
}
