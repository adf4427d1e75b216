import type { PartRecord, PublicationRecord } from '../model/publication.ts'
import type { AppCredentials, CallContext } from '../platform/call-context.ts'
import type { Progress } from '../platform/outcome.ts'
import type { PartRequest } from '../platform/part-request.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { PlatformError } from '../platform/platform-error.ts'
import type { Secret } from '../platform/secret.ts'
import type { AttemptSpending } from '../spending/attempt-spending.ts'
import type { PayForCall } from '../spending/pay-for-call.ts'
import type { AccountAccess, AssetAccess, Claim, PublishingStore } from './publishing-store.ts'
import { LEASE_MS, LEASE_RENEW_MS } from './timing.ts'

/** What carrying a step out needs. Everything concrete is handed in. */
export interface WorkDependencies {
  readonly store: PublishingStore
  readonly adapters: ReadonlyMap<string, PlatformAdapter>
  readonly access: AccountAccess
  readonly assets: AssetAccess
  /** Absent: nothing is reserved. */
  readonly spending?: AttemptSpending | undefined
  readonly payForCall?: PayForCall | undefined
  readonly createAttemptId: () => PartRecord['attempts'][number]['id']
  /** Monotonic milliseconds. */
  readonly monotonic: () => number
  /** Runs once after so many milliseconds; returns how to stop it. */
  readonly after: (ms: number, run: () => void) => () => void
  /** Label of the lease, for people. */
  readonly owner: string
  readonly log: (entry: {
    readonly level: 'info' | 'warn' | 'error'
    readonly message: string
    readonly [name: string]: unknown
  }) => void
}

/** One claimed publication while a step is carried out. */
export interface Work {
  readonly claim: Claim
  readonly publication: PublicationRecord
  readonly adapter: PlatformAdapter
  readonly signal: AbortSignal
  /** Takes what answers say about limits; stored with what the step comes to. */
  readonly noteRateWindows: CallContext['noteRateWindows']
}

export interface ContextOptions {
  readonly attempt?: CallContext['attempt']
  readonly checkpoint?: unknown
  readonly save?: (checkpoint: unknown, progress: Progress | undefined) => Promise<void>
  readonly signal: AbortSignal
  readonly remainingMs: () => number
  readonly markSent?: CallContext['markSent']
  /** A token that was made fresh before S2: no refresh lies between S2 and the call. */
  readonly token?: Secret
  readonly app: AppCredentials
  /** The platform has just refused the token: a new one is asked for. */
  readonly refused?: boolean
}

const NO_ATTEMPT = { id: '', key: '', number: 0 } as const

export const accountOf = (publication: PublicationRecord) => ({
  agencyId: publication.agencyId,
  accountId: publication.accountId,
  creatorId: publication.creatorId,
  platform: publication.platform,
})

/** What an adapter gets for one call. */
export function createWorkContext(dependencies: WorkDependencies, work: Work, options: ContextOptions): CallContext {
  const { access, assets } = dependencies
  const owner = accountOf(work.publication)
  return {
    app: options.app,
    ...(work.claim.account ? { account: work.claim.account } : {}),
    accessToken: async () =>
      options.token ??
      (await access.accessToken(owner, {
        forMs: work.adapter.publishTimeoutMs ?? 60_000,
        force: options.refused ? 'refused' : 'no',
        signal: options.signal,
      })),
    open: (asset, range) => assets.open(owner, asset, range, options.signal),
    publicUrl: (asset, lifetime) => assets.publicUrl(owner, asset, lifetime),
    attempt: options.attempt ?? NO_ATTEMPT,
    checkpoint: options.checkpoint,
    save: async (checkpoint, progress) => {
      if (!options.save)
        throw new PlatformError({ code: 'misconfigured', message: 'Only prepare may save a checkpoint.' })
      await options.save(checkpoint, progress)
    },
    now: work.claim.now,
    signal: options.signal,
    remainingMs: options.remainingMs,
    markSent: options.markSent ?? (() => undefined),
    noteRateWindows: work.noteRateWindows,
  }
}

/** The request as stored, with the part's parent where it has one. */
export async function readRequest(dependencies: WorkDependencies, work: Work, part: PartRecord): Promise<PartRequest> {
  const { key, content, publication } = work.claim
  if (content?.partIndex === part.index && publication.revision === work.publication.revision) return content.request
  return (await dependencies.store.readContent(key, { revision: work.publication.revision, partIndex: part.index }))
    .request
}

/** The part that this one replies to, once its id is known. */
export function parentOf(
  publication: PublicationRecord,
  part: PartRecord,
): { readonly externalId: string; readonly url?: string } | undefined {
  const parent = publication.parts.find((candidate) => candidate.index === part.index - 1)
  if (!parent?.externalId) return undefined
  return { externalId: parent.externalId, ...(parent.url === null ? {} : { url: parent.url }) }
}

/** Renews the lease while work goes on; aborts `lost` when it is no longer ours. Returns how to stop. */
export function keepLease(dependencies: WorkDependencies, work: Work, lost: AbortController): () => void {
  let stopped = false
  let cancel = (): void => undefined
  const renew = (): void => {
    dependencies.store
      .renew(work.claim.key, { fence: work.claim.fence, leaseMs: LEASE_MS })
      .then(
        (ours) => {
          if (!ours) lost.abort(new Error('the lease was lost'))
        },
        (error: unknown) =>
          dependencies.log({ level: 'warn', message: 'the lease could not be renewed', error: String(error) }),
      )
      .finally(() => {
        if (!stopped) cancel = dependencies.after(LEASE_RENEW_MS, renew)
      })
  }
  cancel = dependencies.after(LEASE_RENEW_MS, renew)
  return () => {
    stopped = true
    cancel()
  }
}
