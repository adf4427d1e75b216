import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

/** Where the workflow modules of this package are, for `workflowsPath` of a worker of one's own. */
export function workflowsPath(): string {
  // Beside this file, in the sources as in what is published.
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
  return fileURLToPath(new URL(`./workflows/index.${extension}`, import.meta.url))
}

/**
 * Builds the code that runs in the sandbox, in the host's build: with the same version of `@temporalio/worker` that will load it.
 *
 * @param entry A module of the host that re-exports ours beside its own. Default: ours alone.
 */
export async function buildWorkflowBundle(entry: string = workflowsPath()): Promise<{ readonly code: string }> {
  const { code } = await bundleWorkflowCode({ workflowsPath: entry, logger: new DefaultLogger('WARN') })
  return { code }
}
