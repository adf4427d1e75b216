import type { TestDatabase } from '@ofm-social/test-services'
import type { RawBuilder } from 'kysely'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { CreateId } from '../../model/ids.ts'
import type { PublicationRecord } from '../../model/publication.ts'
import type { BeginAttempt, Claim, PublicationKey, PublishingStore } from '../../publishing/publishing-store.ts'
import type { PublishLimits } from '../../publishing/rate-hold.ts'
import type { Database } from '../database.ts'
import { createPostgresPublishingStore } from '../publishing/postgres-publishing-store.ts'
import { openTestStore } from './open-test-store.ts'
import {
  createTestIds,
  type SeededAccount,
  type SeedOptions,
  seedAccount,
  seedPublication,
  toAttemptInput,
} from './seed.ts'
import type { TestClock } from './test-clock.ts'

export const leaseMs = 60_000
export const deadlineMs = 45_000

/** A publishing store on a database of its own, and before each test a new agency with an account, whose clock stands at `now`. */
export interface PublishingTest {
  readonly createId: CreateId
  readonly opened: TestDatabase
  readonly database: Database
  readonly clock: TestClock
  readonly store: PublishingStore
  readonly account: SeededAccount
  readonly now: number
  /** Due at `now` unless the options say otherwise. */
  seed(options?: Partial<SeedOptions>, owner?: SeededAccount): Promise<PublicationRecord>
  /** @throws when somebody holds it. */
  claim(publication: PublicationRecord, limits?: PublishLimits): Promise<Claim>
  /** What S2 is asked for after a claim. */
  toBegin(claim: Claim, changes?: Partial<BeginAttempt>): BeginAttempt
  /** Within the scope of the account. */
  run<Row>(statement: RawBuilder<Row>): Promise<{ rows: Row[] }>
}

/** Registers the hooks of the suite that calls it. */
export function usePublishingStore(open: () => Promise<TestDatabase>): PublishingTest {
  const createId = createTestIds()
  let opened: TestDatabase
  let database: Database
  let clock: TestClock
  let store: PublishingStore
  let account: SeededAccount
  let now: number
  beforeAll(async () => {
    opened = await open()
    ;({ database, clock } = await openTestStore(opened.source))
    store = createPostgresPublishingStore(database)
  })
  afterAll(() => opened.close())
  beforeEach(async () => {
    account = await seedAccount(database, createId)
    now = await clock.read()
  })
  return {
    createId,
    get opened() {
      return opened
    },
    get database() {
      return database
    },
    get clock() {
      return clock
    },
    get store() {
      return store
    },
    get account() {
      return account
    },
    get now() {
      return now
    },
    seed: (options = {}, owner = account) => seedPublication(database, createId, owner, { dueAt: now, ...options }),
    async claim(publication, limits) {
      const claim = await store.claim(keyOf(publication), { owner: 'test', leaseMs, limits })
      if (!claim || 'busyForMs' in claim) throw new Error('not claimed')
      return claim
    },
    toBegin: (claim, changes = {}) => ({
      key: claim.key,
      fence: claim.fence,
      version: claim.publication.version,
      revision: claim.publication.revision,
      partIndex: 0,
      from: 'waiting',
      attempt: toAttemptInput(createId('attempt')),
      deadlineMs,
      ...changes,
    }),
    run: (statement) => database.inScope(account, (tx) => statement.execute(tx)),
  }
}

export const keyOf = ({ agencyId, id }: PublicationRecord): PublicationKey => ({ agencyId, publicationId: id })
