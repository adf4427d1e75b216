import type { PartRecord } from '../model/publication.ts'
import type { CallContext } from '../platform/call-context.ts'
import type { Reason } from '../platform/outcome.ts'
import { toPostPath } from '../platform/part-path.ts'
import type { DestinationFacts } from '../platform/platform-adapter.ts'
import { writeProblemMessage } from '../platform/problem-message.ts'
import { payForWork } from './pay-for-work.ts'
import { readRequest, type Work, type WorkDependencies } from './work-context.ts'

const FACTS_TIMEOUT_MS = 5_000

/** A part that the platform would refuse now, and why. */
interface FoundProblems {
  readonly part: PartRecord
  readonly reason: Reason
}

/**
 * Reads expired facts again before the first write, for at most five seconds. Every part that waits is checked, so that no thread begins whose end would be
 * refused. Answers the first part with a problem, and the problems of all.
 */
export async function refreshFacts(
  dependencies: WorkDependencies,
  work: Work,
  context: CallContext,
): Promise<FoundProblems | undefined> {
  const { adapter, claim, publication } = work
  const expired = claim.conditions.factsExpireAt === null || claim.conditions.factsExpireAt <= claim.now
  const begun = publication.parts.some(({ attempts }) => attempts.some(({ run }) => run === publication.run))
  if (!adapter.readFacts || !expired || begun) return undefined
  const facts = await readInTime(dependencies, work, context)
  if (!facts) return undefined
  await dependencies.store.saveFacts(claim.key, facts)
  return findProblems(dependencies, work, facts)
}

async function findProblems(
  dependencies: WorkDependencies,
  work: Work,
  facts: DestinationFacts,
): Promise<FoundProblems | undefined> {
  const { adapter, publication } = work
  const threaded = publication.parts.some(({ kind }) => kind === 'thread')
  let first: PartRecord | undefined
  const sentences = new Set<string>()
  for (const part of publication.parts.filter(({ state }) => state === 'waiting')) {
    for (const problem of adapter.checkPart(await readRequest(dependencies, work, part), facts)) {
      first ??= part
      const path = toPostPath(part, threaded, problem.path)
      const sentence = writeProblemMessage({ ...problem, path }, adapter.displayName)
      sentences.add(problem.message ? `${path}: ${sentence}` : sentence)
    }
  }
  if (!first) return undefined
  const message = `${adapter.displayName} would refuse it now: ${[...sentences].join(' ')}`
  return { part: first, reason: { code: 'invalid_post', message } }
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
    const content = await dependencies.store.readContent(claim.key, { revision: publication.revision, partIndex: 0 })
    const destination = {
      accountExternalId: content.accountExternalId,
      ...(publication.target === null ? {} : { target: publication.target }),
    }
    const signal = AbortSignal.any([context.signal, timeout.signal])
    const read = async () => adapter.readFacts?.(destination, { ...context, signal })
    return await payForWork(dependencies, work, { uses: adapter.meters?.usesOfFacts?.(), call: read })
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
