import type { PublicationRecord } from '../../model/publication.ts'
import { cancel, edit, withdrawApproval } from '../commands.ts'
import { answering, changing, closing, showing, type WalkMutation, without } from './mutation.ts'

/** One rule of the protocol switched off each: some random walk on the shape goes wrong. */
export const WALK_MUTATIONS: readonly WalkMutation[] = [
  {
    rule: 1,
    name: 'a refusal of one attempt closes the others',
    shape: 'idempotency_key',
    store: changing((change, before, now) =>
      change.transition === 35 || change.transition === 33 ? closing(() => true)(change, before, now) : change,
    ),
  },
  { rule: 2, name: 'an unused handle proves absence', shape: 'last_chunk', adapter: answering('unused', 'ended') },
  {
    rule: 2,
    name: 'a listing without the post proves absence',
    shape: 'synchronous',
    adapter: answering('not_yet', 'ended'),
  },
  {
    rule: 3,
    name: 'a repetition takes another handle',
    shape: 'last_chunk',
    adapter: (adapter) => ({
      ...adapter,
      publish: async (part, context) => {
        if (context.attempt.number === 1) return adapter.publish(part, context)
        const other = await adapter.prepare?.(part, { ...context, checkpoint: undefined, save: async () => undefined })
        const uploads = other?.status === 'prepared' ? other.uploads : part.uploads
        return adapter.publish({ ...part, uploads }, context)
      },
    }),
  },
  {
    rule: 4,
    name: 'every attempt has a key of its own',
    shape: 'idempotency_key',
    adapter: (adapter) => ({
      ...adapter,
      publish: (part, context) => {
        const { attempt } = context
        return adapter.publish(part, { ...context, attempt: { ...attempt, key: `${attempt.key}#${attempt.number}` } })
      },
    }),
  },
  { rule: 5, name: 'S2 does not compare versions', shape: 'synchronous', begin: without((publication) => publication) },
  {
    rule: 6,
    name: 'S2 does not look at the approval',
    shape: 'synchronous',
    begin: without((publication) => ({
      ...publication,
      approvedHash: publication.revisionHash,
      state: publication.state === 'awaiting_approval' ? 'ready' : publication.state,
    })),
  },
  {
    rule: 6,
    name: 'S2 does not look at a cancel',
    shape: 'synchronous',
    begin: without((publication) => ({
      ...publication,
      state: publication.state === 'canceled' ? 'ready' : publication.state,
      cancelRequestedAt: null,
    })),
  },
  {
    rule: 7,
    name: 'a worker that was frozen sends although its lease is over',
    shape: 'synchronous',
    adapter: (adapter) => ({
      ...adapter,
      publish: (part, context) => adapter.publish(part, { ...context, remainingMs: () => 1_000 }),
    }),
  },
  {
    rule: 7,
    name: 'after a lost answer of S2 it sends without reading again',
    shape: 'synchronous',
    store: (store) => ({ ...store, ownsAttempt: async () => true }),
  },
  {
    rule: 9,
    name: 'a cancel closes what is open',
    shape: 'synchronous',
    store: changing(
      closing((attempt, publication) => publication.cancelRequestedAt !== null && attempt.outcome !== 'open'),
    ),
  },
  {
    rule: 10,
    name: 'an edit comes although a write is out',
    shape: 'synchronous',
    commands: { edit: (publication, now, by, edited) => edit(withoutAttempts(publication), now, by, edited) },
  },
  {
    rule: 10,
    name: 'an approval is withdrawn although a write is out',
    shape: 'synchronous',
    commands: {
      withdrawApproval: (publication, now, by) => {
        const { change } = withdrawApproval(withoutAttempts(publication), now, by)
        return change
          ? { change: { ...change, publication: { ...change.publication, parts: publication.parts } } }
          : withdrawApproval(publication, now, by)
      },
    },
  },
  {
    rule: 11,
    name: 'a cancel while a write is out is promised, and not kept',
    shape: 'synchronous',
    commands: {
      cancel: (publication, now, by, keyed) => {
        const verdict = cancel(publication, now, by, keyed)
        return verdict.result === 'in_flight' ? { ...verdict, change: null } : verdict
      },
    },
  },
  {
    rule: 13,
    name: 'the first look is the horizon',
    shape: 'synchronous',
    adapter: (adapter) => ({ ...adapter, lookAfterMs: [1] }),
  },
  {
    rule: 17,
    name: 'a forgotten handle proves that nothing happened',
    shape: 'no_id',
    adapter: (adapter) => ({
      ...adapter,
      readOutcome: async (handle, context) => {
        const answer = await adapter.readOutcome?.(handle, context)
        return answer && answer.status !== 'forgotten' ? answer : { status: 'prepare_again' }
      },
    }),
  },
  {
    rule: 18,
    name: 'a part does not wait for the id of the one before it',
    shape: 'synchronous',
    store: showing((publication) => ({
      ...publication,
      parts: publication.parts.map((part) =>
        part.state === 'published' ? { ...part, externalId: part.externalId ?? 'unknown' } : part,
      ),
    })),
  },
  {
    rule: 21,
    name: 'what was missed goes out all the same',
    shape: 'synchronous',
    store: showing((publication) =>
      publication.state === 'missed'
        ? { ...publication, state: 'scheduled', latestBy: Number.MAX_SAFE_INTEGER }
        : publication,
    ),
    begin: without((publication) => ({
      ...publication,
      state: publication.state === 'missed' ? 'ready' : publication.state,
    })),
  },
]

const withoutAttempts = (publication: PublicationRecord): PublicationRecord => ({
  ...publication,
  parts: publication.parts.map((part) => ({ ...part, attempts: [] })),
})
