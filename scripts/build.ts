import { spawnSync } from 'node:child_process'
import { readWorkspacePackages } from './check/workspace-packages.ts'

/** What `npm run build` runs: one package after the other. npm itself would go on after one that failed, and bury its name. */
function main(): void {
  const built = readWorkspacePackages().filter(({ manifest }) => manifest.scripts?.build)
  for (const { folder, manifest } of built) {
    const { status, error } = spawnSync('npm', ['run', 'build'], { cwd: folder, stdio: 'inherit' })
    if (status === 0) continue
    console.error(
      `\nThe build of ${manifest.name} (${folder}) failed${error ? `: ${error.message}` : ''}. Nothing after it was built.`,
    )
    process.exitCode = status || 1
    return
  }
}

main()
