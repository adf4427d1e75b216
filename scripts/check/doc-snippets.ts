import { globSync, readFileSync } from 'node:fs'

/** A block of TypeScript in a Markdown file. */
export interface DocSnippet {
  readonly file: string
  /** Line of the opening fence, from 1. */
  readonly line: number
  readonly code: string
  /** The file that the block is taken from, named in its first line (`// examples/…`); such a block is that file's own text. */
  readonly takenFrom: string | undefined
  /** Why it is not compiled: the words after `ts ignore`. Undefined for all others. */
  readonly ignored: string | undefined
}

/** Reads all `ts` blocks of the documentation, in the order of the files' names. */
export function readDocSnippets(): DocSnippet[] {
  const files = ['README.md', ...globSync('packages/*/README.md'), ...globSync('docs/**/*.md')].sort()
  return files.flatMap((file) => findSnippets(file, readFileSync(file, 'utf8')))
}

function findSnippets(file: string, markdown: string): DocSnippet[] {
  return [...markdown.matchAll(/^```ts( ignore)?(.*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, ignore, rest = '', body = ''] = match
    const takenFrom = body.match(/^\/\/ (examples\/\S+\.ts)\n/)?.[1]
    return {
      file,
      line: markdown.slice(0, match.index).split('\n').length,
      code: takenFrom ? body.slice(body.indexOf('\n') + 1) : body,
      takenFrom,
      ignored: ignore ? rest.trim() : undefined,
    }
  })
}

/** Text without indentation, markers of regions, and the import of what an app has anyway, so that a listing equals its copy in a page. */
export function normalise(code: string): string {
  const lines = code.split('\n').map((line) => line.trim())
  return lines
    .filter((line) => !/^\/\/ #(end)?region| from '\.\/host-app\.ts'$/.test(line))
    .join('\n')
    .trim()
}
