import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** One import, re-export or dynamic import of a file. */
export interface SourceImport {
  readonly specifier: string
  /** Erased by the compiler, so that nothing is loaded. */
  readonly typeOnly: boolean
  /** `import()`: loaded when it is called, not with the file. */
  readonly dynamic: boolean
  /** `export * from`. */
  readonly exportsAll: boolean
}

/** Reads a source file's imports, in the order in which they stand there. */
export function readSourceImports(file: string): SourceImport[] {
  const imports: SourceImport[] = []
  const add = (node: ts.Node | undefined, how: Partial<Omit<SourceImport, 'specifier'>> = {}) => {
    if (!node || !ts.isStringLiteralLike(node)) return
    imports.push({ specifier: node.text, typeOnly: false, dynamic: false, exportsAll: false, ...how })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, { typeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword })
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, { typeOnly: node.isTypeOnly, exportsAll: node.exportClause === undefined })
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], { dynamic: true })
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, { typeOnly: true })
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest))
  return imports
}
