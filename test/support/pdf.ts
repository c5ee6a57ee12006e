import { spawnSync } from 'node:child_process'

const TOOLS_MISSING = ['pdftotext', 'pdffonts', 'pdfinfo', 'pdftoppm', 'qpdf'].filter(
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

/** How much of each page is not white, from 0 to 1, as it is shown on a screen; throws when anything is said against it. */
export function inkOf(pdf: Uint8Array): number[] {
  const { stdout, stderr, error } = spawnSync('pdftoppm', ['-gray', '-r', '50'], {
    input: pdf,
    maxBuffer: 2 ** 28,
  })
  if (error) throw error
  if (stderr.length > 0) throw new Error(`pdftoppm: ${stderr}`)
  return picturesIn(stdout).map((pixels) => pixels.filter((pixel) => pixel < 250).length / pixels.length)
}

/** Of a row of binary graymaps (netpbm's pgm(5)): a head of three lines, then a byte for each pixel. */
function picturesIn(graymaps: Buffer): Buffer[] {
  const pictures: Buffer[] = []
  for (let at = 0; at < graymaps.length; ) {
    const head = /^P5\n(\d+) (\d+)\n255\n/.exec(graymaps.toString('latin1', at, at + 40))
    if (head === null) throw new Error('pdftoppm gave no graymap.')
    const from = at + head[0].length
    at = from + Number(head[1]) * Number(head[2])
    pictures.push(graymaps.subarray(from, at))
  }
  return pictures
}
