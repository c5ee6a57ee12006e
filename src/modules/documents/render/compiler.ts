import { join } from 'node:path'
import { NodeCompiler, type NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler'
import { fontPaths } from './fonts.ts'
import type { TemplateName } from './templates.ts'

// Results that three renders in a row did not ask for are forgotten; what all documents share stays.
const CACHE_AGE_MAX = 2

// Compiled documents live outside the JavaScript heap, so the engine does not see how much they weigh
// and would let hundreds of them wait for collection.
const RENDERS_PER_COLLECTION = 10

export type Compile = (template: TemplateName, json: string) => Uint8Array

export function createCompiler(templatesDir: string): Compile {
  const compiler = NodeCompiler.create({ workspace: templatesDir, fontArgs: [{ fontPaths: fontPaths() }] })
  let renderCount = 0

  return (template, json) => {
    compiler.mapShadow(join(templatesDir, 'data.json'), Buffer.from(json))
    try {
      return exportPdf(compiler, layOut(compiler, join(templatesDir, `${template}.typ`)))
    } finally {
      compiler.evictCache(CACHE_AGE_MAX)
      renderCount += 1
      if (renderCount % RENDERS_PER_COLLECTION === 0) globalThis.gc?.({ type: 'minor' })
    }
  }
}

function layOut(compiler: NodeCompiler, mainFilePath: string): NodeTypstDocument {
  const compiled = compiler.compile({ mainFilePath })
  if (compiled.result) return compiled.result
  const [first] = compiled.takeError()?.shortDiagnostics ?? []
  throw new Error(first?.message ?? 'the template gave no document')
}

// PDF/UA forbids characters that no font can draw. A text with such a character still deserves its
// document: tagged all the same, only without the conformance mark.
function exportPdf(compiler: NodeCompiler, document: NodeTypstDocument): Uint8Array {
  try {
    return compiler.pdf(document, { pdfStandard: 'ua-1' })
  } catch {
    return compiler.pdf(document)
  }
}
