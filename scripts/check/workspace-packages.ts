import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

type ExportTarget = string | { readonly '@ofm-social/source'?: string }

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly scripts?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, ExportTarget>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** A package or example of this repository. */
export interface WorkspacePackage {
  /** Relative to the repository, such as `packages/core`. */
  readonly folder: string
  readonly manifest: Manifest
  /** Public entry, such as `.` or `./http`, to its source file, relative to the repository. */
  readonly entries: ReadonlyMap<string, string>
}

/** Reads every package and example of the repository in the current folder. */
export function readWorkspacePackages(): WorkspacePackage[] {
  return globSync(['packages/*/package.json', 'examples/*/package.json'])
    .sort()
    .map((file) => {
      const folder = dirname(file)
      const manifest: Manifest = JSON.parse(readFileSync(file, 'utf8'))
      const entries = new Map<string, string>()
      for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
        const source = typeof target === 'string' ? undefined : target['@ofm-social/source']
        if (source) entries.set(entry, join(folder, source))
      }
      return { folder, manifest, entries }
    })
}
