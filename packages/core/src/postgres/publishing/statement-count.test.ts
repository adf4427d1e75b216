import { PGlite } from '@electric-sql/pglite'
import { recordServiceUse } from '@ofm-social/test-services'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { toChange } from '../../publishing/change.ts'
import type { Claim, PublishingStore } from '../../publishing/publishing-store.ts'
import { openTestStore } from '../testing/open-test-store.ts'
import { createTestIds, seedAccount, seedPublication, toAttemptInput } from '../testing/seed.ts'
import { createPostgresPublishingStore } from './postgres-publishing-store.ts'

// Each statement is a round trip while locks are held, so that one more is felt by every publication.
const createId = createTestIds()
let pglite: PGlite
let store: PublishingStore
let claimed: Claim

beforeAll(async () => {
  recordServiceUse('PGlite')
  pglite = await PGlite.create()
  const { database, clock } = await openTestStore({ pglite })
  store = createPostgresPublishingStore(database)
  const account = await seedAccount(database, createId)
  const publication = await seedPublication(database, createId, account, { dueAt: await clock.read() })
  const key = { agencyId: publication.agencyId, publicationId: publication.id }
  const counted = await count(() => store.claim(key, { owner: 'test', leaseMs: 60_000 }))
  if (!counted.result || 'busyForMs' in counted.result) throw new Error('not claimed')
  claimed = counted.result
  expect(counted.statements).toEqual(['select', 'update', 'select'])
})
afterAll(() => pglite.close())

test('S2 takes one statement for the locks, one for what they keep, and one for all that it writes', async () => {
  const { key, fence, publication } = claimed
  const { version, revision } = publication
  const attempt = toAttemptInput(createId('attempt'))
  const { result, statements } = await count(() =>
    store.beginAttempt({ key, fence, version, revision, partIndex: 0, from: 'waiting', attempt, deadlineMs: 45_000 }),
  )
  expect(result).not.toBeNull()
  // Scope, locks, what they keep, all writes.
  expect(statements).toEqual(['select', 'with', 'select', 'with'])
})

test('a change that gives the lease back writes the work once', async () => {
  const { key, fence } = claimed
  const { result, statements } = await count(() =>
    store.change(key, { fence, release: fence }, (publication) => toChange(publication, publication, { wakeAt: null })),
  )
  expect(result).not.toBeNull()
  expect(statements).toEqual(['select', 'with', 'select', 'with'])
})

/** The first words of the statements that a call sends inside its transaction. */
async function count<Result>(run: () => Promise<Result>) {
  const statements: (string | undefined)[] = []
  const begin = pglite.transaction.bind(pglite)
  const transaction = vi.spyOn(pglite, 'transaction').mockImplementation((work) =>
    begin((tx) => {
      const [query, exec] = [tx.query.bind(tx), tx.exec.bind(tx)]
      vi.spyOn(tx, 'query').mockImplementation((text, ...rest) => {
        statements.push(text.trim().split(/\s/)[0])
        return query(text, ...rest)
      })
      vi.spyOn(tx, 'exec').mockImplementation((text, ...rest) => {
        statements.push(text.trim().split(/\s/)[0])
        return exec(text, ...rest)
      })
      return work(tx)
    }),
  )
  try {
    return { result: await run(), statements }
  } finally {
    transaction.mockRestore()
  }
}
