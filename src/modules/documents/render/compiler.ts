import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NodeCompiler, type NodeTypstDocument } from '@myriaddreamin/typst-ts-node-compiler'
import { fontPaths } from './fonts.ts'
import type { TemplateName } from './templates.ts'

// Looking through everything that is kept costs a tenth of a page, so it is done for so much data at a time: a dozen
// profiles, or one list.
const BYTES_PER_EVICTION = 4 * 1024
// What neither this stretch of data nor the one before it asked for is forgotten; what all documents share stays.
const CACHE_AGE_MAX = 1
// A document of this size leaves more behind than all that is shared is worth.
const LARGE_BYTES = 64 * 1024

// Compiled documents live outside the JavaScript heap, so the engine does not see how much they weigh
// and would let hundreds of them wait for collection.
const RENDERS_PER_COLLECTION = 10

export type Compile = (template: TemplateName, json: string) => Uint8Array

export function createCompiler(templatesDir: string): Compile {
  const compiler = NodeCompiler.create({ workspace: templatesDir, fontArgs: [{ fontPaths: fontPaths() }] })
  keepInMemory(compiler, templatesDir)
  let renderCount = 0
  let bytesSinceEviction = 0

  return (template, json) => {
    const data = Buffer.from(json)
    compiler.mapShadow(join(templatesDir, 'data.json'), data)
    try {
      return exportPdf(compiler, layOut(compiler, join(templatesDir, `${template}.typ`)))
    } finally {
      forget(data.byteLength)
    }
  }

  function forget(documentBytes: number): void {
    bytesSinceEviction += documentBytes
    if (bytesSinceEviction >= BYTES_PER_EVICTION) {
      compiler.evictCache(documentBytes >= LARGE_BYTES ? 0 : CACHE_AGE_MAX)
      bytesSinceEviction = 0
    }
    renderCount += 1
    if (renderCount % RENDERS_PER_COLLECTION === 0) globalThis.gc?.({ type: 'minor' })
  }
}

/** The compiler would read and check every template again for each document. */
function keepInMemory(compiler: NodeCompiler, templatesDir: string): void {
  for (const name of readdirSync(templatesDir).filter((name) => name.endsWith('.typ'))) {
    const path = join(templatesDir, name)
    compiler.mapShadow(path, readFileSync(path))
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
