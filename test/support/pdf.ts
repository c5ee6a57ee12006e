import { spawnSync } from 'node:child_process'

const TOOLS_MISSING = ['pdftotext', 'pdffonts', 'pdfinfo', 'qpdf'].filter(
  (tool) => spawnSync(tool, ['--version']).error,
)

/** For tests that look into a PDF: they are skipped where its readers are missing, though never in CI. */
export const reading = {
  skip: TOOLS_MISSING.length > 0 && process.env.CI !== 'true' ? `${TOOLS_MISSING} not installed` : false,
}

/** As somebody copies it: without direction marks, any space as one. */
export function textOf(pdf: Uint8Array): string {
  const directionMarks = /[\u200e\u200f\u202a-\u202e]/g
  return ask('pdftotext', ['-enc', 'UTF-8', '-', '-'], pdf).replace(directionMarks, '').replace(/\s+/g, ' ')
}

/** What a program says of the PDF; throws when it finds it wrong. */
export function ask(tool: string, args: string[], pdf: Uint8Array = Buffer.of()): string {
  const { stdout, stderr, status, error } = spawnSync(tool, args, { input: pdf, maxBuffer: 2 ** 26 })
  if (error) throw error
  if (status !== 0) throw new Error(`${tool}: ${stderr}${stdout}`)
  return stdout.toString()
}
