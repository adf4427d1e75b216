import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { type DocSnippet, normalise, readDocSnippets } from './doc-snippets.ts'

const snippets = readDocSnippets()
const toName = ({ file, line }: DocSnippet) => `${file}:${line}`

describe('TypeScript in the documentation', () => {
  test('is there', () => {
    expect(snippets.length).toBeGreaterThan(10)
  })

  test('says why where it is not compiled', () => {
    expect(snippets.filter(({ ignored }) => ignored === '').map(toName)).toEqual([])
  })

  for (const snippet of snippets) {
    const { takenFrom, code } = snippet
    if (!takenFrom) continue
    test(`${toName(snippet)} is what ${takenFrom} says`, () => {
      expect(normalise(readFileSync(takenFrom, 'utf8'))).toContain(normalise(code))
    })
  }

  test('compiles against the sources', { timeout: 120_000 }, () => {
    const compiled = snippets.filter(({ takenFrom, ignored }) => takenFrom === undefined && ignored === undefined)
    expect(compile(compiled)).toEqual([])
  })
})

/** Compiles all snippets in one program, each as a module of its own beside the values that every page presumes, and returns what is wrong. */
function compile(compiled: readonly DocSnippet[]): string[] {
  const folder = resolve('examples/listings/src')
  const files = new Map(compiled.map((snippet, index) => [join(folder, `doc-snippet-${index}.ts`), snippet]))
  const config = ts.getParsedCommandLineOfConfigFile(
    'tsconfig.json',
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
  )
  const options = config?.options ?? {}
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  const read = (name: string) => {
    const snippet = files.get(name)
    return snippet ? `${snippet.code}\nexport {}\n` : undefined
  }
  host.fileExists = (name) => files.has(name) || fileExists(name)
  host.readFile = (name) => read(name) ?? readFile(name)
  host.getSourceFile = (name, language, ...rest) => {
    const text = read(name)
    return text === undefined ? getSourceFile(name, language, ...rest) : ts.createSourceFile(name, text, language)
  }
  const program = ts.createProgram([...files.keys(), resolve('docs/snippet-context.d.ts')], options, host)
  return [...files].flatMap(([name, snippet]) => {
    const source = program.getSourceFile(name)
    const found = source ? [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)] : []
    return found.map(({ start = 0, messageText }) => {
      const line = snippet.line + 1 + (source?.getLineAndCharacterOfPosition(start).line ?? 0)
      return `${snippet.file}:${line} ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
    })
  })
}
