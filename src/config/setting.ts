import { readFileSync } from 'node:fs'

export interface Setting<Value> {
  name: string
  /** What stands when nothing is set, as it would be written in the environment; `null`: unset. */
  preset: string | null
  parse: (text: string) => Value
  sentence: string
  /** May also come from the file named by `<NAME>_FILE`; its value is never printed. */
  secret?: true
}

export function required<Value>(
  name: string,
  preset: string,
  parse: (text: string) => Value,
  sentence: string,
): Setting<Value> {
  return { name, preset, parse, sentence }
}

export function optional<Value>(
  name: string,
  parse: (text: string) => Value,
  sentence: string,
): Setting<Value | undefined> {
  return { name, preset: null, parse, sentence }
}

export function secret<Value>(
  name: string,
  parse: (text: string) => Value,
  sentence: string,
): Setting<Value | undefined> {
  return { name, preset: null, parse, sentence, secret: true }
}

/** As it is set, by itself or by its file. Throws an Error whose message ends the sentence "NAME: ...". */
export function textOf(
  setting: Setting<unknown>,
  env: Record<string, string | undefined>,
): string | undefined {
  const text = env[setting.name]
  const path = setting.secret && env[`${setting.name}_FILE`]
  if (!path) return text === '' ? undefined : text
  if (text) throw new Error(`set either it or ${setting.name}_FILE, not both.`)
  return readSecret(path)
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd()
  } catch {
    throw new Error(`the file ${path} cannot be read.`)
  }
}
