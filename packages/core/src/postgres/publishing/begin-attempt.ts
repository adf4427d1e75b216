import type { PublicationRecord } from '../../model/publication.ts'
import { toBegunAttempt } from '../../publishing/begin-attempt.ts'
import { partAt } from '../../publishing/change.ts'
import type { BeginAttempt, BegunAttempt, Conditions, PublishingStore } from '../../publishing/publishing-store.ts'
import { keepsSpacing } from '../../publishing/step-of-waiting.ts'
import type { Transactions, Tx } from '../database.ts'
import { isDatabaseError } from '../database-error.ts'
import { loadWork } from './load-work.ts'
import { lockForSending } from './lock-publication.ts'
import { lockSpacing, readConditions } from './read-conditions.ts'
import { storeChange } from './store-change.ts'

/** S2: the committed row without which nothing is sent. */
export function createBeginAttempt(database: Transactions): PublishingStore['beginAttempt'] {
  return async (begin) => {
    try {
      return await database.inScope(begin.key, (tx) => beginAttempt(tx, begin))
    } catch (error) {
      // A look-alike was faster by an instant (S11).
      if (isDatabaseError(error, '23505', 'part_likeness')) return null
      throw error
    }
  }
}

async function beginAttempt(tx: Tx, begin: BeginAttempt): Promise<BegunAttempt | null> {
  const work = await lockForSending(tx, begin.key)
  if (work?.fence !== begin.fence || work.leaseUntil === null || work.leaseUntil <= work.now) return null
  const loaded = await loadWork(tx, begin.key, begin.limits)
  if (!loaded) return null
  const { publication } = loaded
  const spaced = keepsSpacing(publication, partAt(publication, begin.partIndex), work.now)
  const conditions = spaced ? await readSpaced(tx, begin, publication) : loaded.conditions
  const change = toBegunAttempt(publication, work.now, conditions, begin)
  const attempt = change?.publication.parts
    .find(({ index }) => index === begin.partIndex)
    ?.attempts.find(({ id }) => id === begin.attempt.id)
  if (!change || !attempt) return null
  const leaseUntil = Math.max(work.leaseUntil, attempt.leaseUntil)
  await storeChange(tx, { before: publication, change, lease: { until: leaseUntil } })
  return { attemptId: attempt.id, number: attempt.number, startedAt: attempt.startedAt, leaseUntil }
}

/** Read again with the account's turn in hand: who had it before has started meanwhile. */
async function readSpaced(tx: Tx, { key, limits }: BeginAttempt, publication: PublicationRecord): Promise<Conditions> {
  await lockSpacing(tx, publication)
  return readConditions(tx, key, limits)
}
