import type { Social } from '@ofm-social/core'
import type { NativeConnection } from '@temporalio/worker'

export interface RunWorkersOptions {
  readonly social: Social
  /** Opened by the host, and closed by the host. */
  readonly connection: NativeConnection
  /** Default `default`. */
  readonly namespace?: string
  /** Platforms whose steps run in this process, each from a queue of its own. Default: all adapters of `social`. */
  readonly platforms?: readonly string[]
}

/** Works until SIGTERM or SIGINT, then finishes what it began, and returns. */
export declare function runWorkers(options: RunWorkersOptions): Promise<void>
