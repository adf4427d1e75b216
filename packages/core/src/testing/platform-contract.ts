import type { PartRequest } from '../platform/part-request.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import type { Emulator } from './emulator/start-emulator.ts'

/** A named case; tied to no test runner. */
export interface ContractCase {
  readonly name: string
  run(): Promise<void>
}

export interface PlatformContractOptions<Settings, Uploads> {
  createAdapter(baseUrl: string): PlatformAdapter<Settings, Uploads>
  /** A stand-in of the platform on a free port; closed by the case. */
  createStandIn(options: { readonly now: () => number }): Promise<Emulator>
  /** Parts that the platform takes, by name. Assets are made by `sampleAsset`. */
  readonly validPosts: Readonly<Record<string, PartRequest<Settings>>>
  /** Parts that `checkPart` must refuse. */
  readonly invalidPosts: Readonly<Record<string, PartRequest<Settings>>>
}

export type PlatformContract = <Settings, Uploads>(
  options: PlatformContractOptions<Settings, Uploads>,
) => readonly ContractCase[]
