import type { AttemptRecord, AttemptVerdict } from '../model/publication.ts'
import type { MemoryPublishingStore } from '../testing/memory-publishing-store.ts'
import type { BookedSettlement, DueSpending, SpendingStore } from './spending-store.ts'

interface Row {
  turn: number
  dueAt: number | null
  booked: BookedSettlement | null
  verdict: AttemptVerdict | null
}

/** The rows that a trigger keeps in Postgres, derived from what the publishing store in memory has. */
export function createMemorySpendingStore(memory: () => MemoryPublishingStore, now: () => number): SpendingStore {
  const rows = new Map<string, Row>()
  const attempts = (): { readonly due: Omit<DueSpending, 'turn' | 'booked'>; readonly attempt: AttemptRecord }[] =>
    memory()
      .all()
      .flatMap(({ agencyId, id, parts }) =>
        parts
          .flatMap((part) => part.attempts)
          .filter(({ spending }) => spending !== null)
          .map((attempt) => ({
            due: { agencyId, publicationId: id, attemptId: attempt.id, now: now() },
            attempt,
          })),
      )
  const refresh = (): void => {
    for (const { attempt } of attempts()) {
      const row = rows.get(attempt.id)
      if (!row) rows.set(attempt.id, { turn: 0, dueAt: attempt.leaseUntil, booked: null, verdict: null })
      const known = rows.get(attempt.id)
      if (!known || known.verdict === attempt.verdict) continue
      known.verdict = attempt.verdict
      known.dueAt = now()
      known.turn += 1
    }
  }
  const seen = ({ attemptId, turn }: DueSpending): Row | undefined => {
    refresh()
    const row = rows.get(attemptId)
    return row?.turn === turn ? row : undefined
  }
  return {
    async takeDue({ limit, leaseMs }) {
      refresh()
      return attempts()
        .flatMap(({ due }) => {
          const row = rows.get(due.attemptId)
          if (!row || row.dueAt === null || row.dueAt > now()) return []
          row.dueAt = now() + leaseMs
          row.turn += 1
          return [{ ...due, turn: row.turn, booked: row.booked }]
        })
        .slice(0, limit)
    },
    readAttempt: async ({ attemptId }) => attempts().find(({ attempt }) => attempt.id === attemptId)?.attempt ?? null,
    async book(due, settlement) {
      const row = seen(due)
      if (row) row.booked = settlement
      return row !== undefined
    },
    async finish(due, dueInMs) {
      const row = seen(due)
      if (row) row.dueAt = dueInMs === null ? null : now() + dueInMs
    },
    async nextDueInMs() {
      refresh()
      const times = [...rows.values()].flatMap(({ dueAt }) => (dueAt === null ? [] : [dueAt - now()]))
      return times.length === 0 ? null : Math.max(0, Math.min(...times))
    },
    readAgency: async (agency) => agency,
    readSpender: async (agency, creator) => ({ agency, creator }),
  }
}
