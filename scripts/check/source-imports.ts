import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** One import, re-export or dynamic import of a file. */
export interface SourceImport {
  readonly specifier: string
  /** Erased by the compiler, so that nothing is loaded. */
  readonly typeOnly: boolean
  /** `export * from`. */
  readonly exportsAll: boolean
}

/** Reads a source file's imports, in the order in which they stand there. */
export function readSourceImports(file: string): SourceImport[] {
  const imports: SourceImport[] = []
  const add = (node: ts.Node | undefined, typeOnly = false, exportsAll = false) => {
    if (node && ts.isStringLiteralLike(node)) imports.push({ specifier: node.text, typeOnly, exportsAll })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly, node.exportClause === undefined)
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0])
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest))
  return imports
}
