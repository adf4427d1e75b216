import type { PartRequest } from '../platform/part-request.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { accountCases } from './contract/account-cases.ts'
import { checkCases } from './contract/check-cases.ts'
import { countingCases } from './contract/counting-cases.ts'
import { declarationCases } from './contract/declaration-cases.ts'
import { doubtCases } from './contract/doubt-cases.ts'
import { lookCases } from './contract/look-cases.ts'
import { oauthCases } from './contract/oauth-cases.ts'
import { prepareCases } from './contract/prepare-cases.ts'
import { publishCases } from './contract/publish-cases.ts'
import { refusalCases } from './contract/refusal-cases.ts'
import { removeCases } from './contract/remove-cases.ts'
import { subscribeCases } from './contract/subscribe-cases.ts'
import { webhookCases } from './contract/webhook-cases.ts'
import type { Emulator } from './emulator/start-emulator.ts'

/** A named case; tied to no test runner. */
export interface ContractCase {
  readonly name: string
  run(): Promise<void>
}

export interface PlatformContractOptions<Settings = unknown, Uploads = unknown, Checkpoint = Uploads> {
  /** With every host, also those of the login, at `baseUrl`. */
  createAdapter(baseUrl: string): PlatformAdapter<Settings, Uploads, Checkpoint>
  /** A stand-in of the platform on a free port, whose time is `now`; closed by the case. */
  createStandIn(options: { readonly now: () => number }): Promise<Emulator>
  /** Parts that the platform takes, by name, at least one of kind `post`. Assets are made by `sampleAsset`. */
  readonly validPosts: Readonly<Record<string, PartRequest<Settings>>>
  /** Parts that `checkPart` must refuse. */
  readonly invalidPosts: Readonly<Record<string, PartRequest<Settings>>>
}

/**
 * The definition of done of an adapter: never twice, abortable, explains itself, leaks nothing. Optional members are tested where present. Cases
 * are independent: each starts a stand-in of its own with a clock that stands still.
 */
export function platformContract<Settings, Uploads, Checkpoint = Uploads>(
  options: PlatformContractOptions<Settings, Uploads, Checkpoint>,
): readonly ContractCase[] {
  return [
    ...declarationCases(options),
    ...checkCases(options),
    ...prepareCases(options),
    ...publishCases(options),
    ...refusalCases(options),
    ...doubtCases(options),
    ...lookCases(options),
    ...removeCases(options),
    ...countingCases(options),
    ...webhookCases(options),
    ...accountCases(options),
    ...subscribeCases(options),
    ...oauthCases(options),
  ]
}
