import type { PartRecord } from '../model/publication.ts'
import type { CallContext } from '../platform/call-context.ts'
import type { Reason } from '../platform/outcome.ts'
import type { PartRequest } from '../platform/part-request.ts'
import type { DestinationFacts } from '../platform/platform-adapter.ts'
import { payForWork } from './pay-for-work.ts'
import type { Work, WorkDependencies } from './work-context.ts'

const FACTS_TIMEOUT_MS = 5_000

/** Reads expired facts again before the first write, for at most five seconds. Answers why the platform would refuse the part now. */
export async function refreshFacts(
  dependencies: WorkDependencies,
  work: Work,
  part: PartRecord,
  request: PartRequest,
  context: CallContext,
): Promise<Reason | undefined> {
  const { adapter, claim, publication } = work
  const expired = claim.conditions.factsExpireAt === null || claim.conditions.factsExpireAt <= claim.now
  const first = part.attempts.every((attempt) => attempt.run !== publication.run)
  if (!adapter.readFacts || !expired || !first) return undefined
  const facts = await readInTime(dependencies, work, context)
  if (!facts) return undefined
  await dependencies.store.saveFacts(claim.key, facts)
  const problems = adapter.checkPart(request, facts)
  if (problems.length === 0) return undefined
  const list = problems.map((problem) => problem.message ?? `${problem.path}: ${problem.code}`).join(' ')
  return { code: 'invalid_post', message: `${adapter.displayName} would refuse it now: ${list}` }
}

async function readInTime(
  dependencies: WorkDependencies,
  work: Work,
  context: CallContext,
): Promise<DestinationFacts | undefined> {
  const { adapter, claim, publication } = work
  const timeout = new AbortController()
  const stop = dependencies.after(FACTS_TIMEOUT_MS, () => timeout.abort(new Error('reading facts took too long')))
  try {
    const content = await dependencies.store.readContent(claim.key, publication.revision, 0)
    const destination = {
      accountExternalId: content.accountExternalId,
      ...(publication.target === null ? {} : { target: publication.target }),
    }
    const signal = AbortSignal.any([context.signal, timeout.signal])
    const read = async () => adapter.readFacts?.(destination, { ...context, signal })
    return await payForWork(dependencies, work, adapter.meters?.usesOfFacts?.(), read)
  } catch (error) {
    dependencies.log({
      level: 'warn',
      message: 'facts could not be read',
      publicationId: publication.id,
      error: error instanceof Error ? error.name : 'unknown',
    })
    return undefined
  } finally {
    stop()
  }
}
