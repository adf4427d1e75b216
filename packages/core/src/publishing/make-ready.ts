import type { AttemptRecord, PartRecord } from '../model/publication.ts'
import type { AppCredentials, CallContext } from '../platform/call-context.ts'
import type { PreparedPart } from '../platform/part-request.ts'
import type { Secret } from '../platform/secret.ts'
import { toStepFailure } from './error-outcome.ts'
import { giveBack, storeAndRelease } from './give-back.ts'
import { payForWork, toBudgetFailure } from './pay-for-work.ts'
import { recordProblems, recordStepFailure } from './record-preparation.ts'
import { refreshFacts } from './refresh-facts.ts'
import { noteCoreHttp } from './send-attempt.ts'
import {
  accountOf,
  createWorkContext,
  parentOf,
  readRequest,
  type Work,
  type WorkDependencies,
} from './work-context.ts'

const TOKEN_MARGIN_MS = 60_000

/** What one attempt sends, and with what. */
export interface Ready {
  readonly prepared: PreparedPart
  readonly app: AppCredentials
  readonly token: Secret
  readonly baseline: unknown
}

/**
 * Everything that may fail or take time without consequences: facts, token, baseline. `repeated`: the attempt whose handle or key is used again. Undefined:
 * stored as a failed step.
 */
export async function makeReady(
  dependencies: WorkDependencies,
  work: Work,
  { part, repeated }: { readonly part: PartRecord; readonly repeated: AttemptRecord | undefined },
): Promise<Ready | undefined> {
  try {
    const { publication, adapter } = work
    const request = await readRequest(dependencies, work, part)
    const app = await dependencies.access.appFor(accountOf(publication))
    const parent = parentOf(publication, part)
    const { uploads } = repeated ?? part.preparation
    const prepared: PreparedPart = { ...request, uploads, ...(parent ? { parent } : {}) }
    const token = await dependencies.access.accessToken(accountOf(publication), {
      forMs: (adapter.publishTimeoutMs ?? 0) + TOKEN_MARGIN_MS,
      force: part.unauthorized > 0 ? 'refused' : 'no',
      signal: work.signal,
    })
    const context = createWorkContext(dependencies, work, {
      app,
      token,
      signal: work.signal,
      remainingMs: () => TOKEN_MARGIN_MS,
      markSent: () => noteCoreHttp(adapter),
    })
    const problems = repeated ? undefined : await refreshFacts(dependencies, work, context)
    if (problems) {
      await storeAndRelease(dependencies, work, (publicationNow) =>
        recordProblems(publicationNow, {
          part: problems.part.index,
          fingerprint: problems.part.fingerprint,
          reason: problems.reason,
        }),
      )
      return undefined
    }
    const baseline = repeated ? repeated.baseline : await readBaseline(dependencies, work, prepared, context)
    return { prepared, app, token, baseline: baseline ?? null }
  } catch (error) {
    if (work.signal.aborted) {
      await giveBack(dependencies, work)
      return undefined
    }
    await storeAndRelease(dependencies, work, (publication, now) =>
      recordStepFailure(publication, now, {
        part: part.index,
        fingerprint: part.fingerprint,
        step: 'other',
        failure:
          toBudgetFailure(error) ?? toStepFailure(error, publication, publication.parts[part.index] ?? part, now),
      }),
    )
    return undefined
  }
}

async function readBaseline(
  dependencies: WorkDependencies,
  work: Work,
  prepared: PreparedPart,
  context: CallContext,
): Promise<unknown> {
  const { adapter } = work
  if (!adapter.readBaseline) return undefined
  const read = async () => adapter.readBaseline?.(prepared, context)
  const uses = adapter.meters?.usesOfBaseline?.()
  if (!uses) return read()
  // A read before a post that then has to wait would be paid for again each time it is tried.
  const post = adapter.meters?.usesOfPart(prepared, await readStoredFacts(dependencies, work))
  return payForWork(dependencies, work, { uses, call: read, andThen: post && [...post.publish, ...post.lookUps] })
}

/** What is stored of the destination, for what a post may cost. */
export async function readStoredFacts({ store }: WorkDependencies, { adapter, claim }: Work) {
  return adapter.readFacts ? store.readFacts(claim.key) : undefined
}
