import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { PublicationRecord } from '../../model/publication.ts'
import { toChange, withPart } from '../../publishing/change.ts'
import type { BeginAttempt, Claim, PublicationKey, PublishingStore } from '../../publishing/publishing-store.ts'
import type { Database } from '../database.ts'
import { openTestStore } from '../testing/open-test-store.ts'
import {
  createTestIds,
  type SeededAccount,
  type SeedOptions,
  seedAccount,
  seedPublication,
  toAttemptInput,
} from '../testing/seed.ts'
import type { TestClock } from '../testing/test-clock.ts'
import { createPostgresPublishingStore } from './postgres-publishing-store.ts'

const leaseMs = 60_000
const deadlineMs = 45_000

eachDatabase('the publishing store', (open) => {
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

  const seed = (options: Partial<SeedOptions> = {}) =>
    seedPublication(database, createId, account, { dueAt: now, ...options })
  const keyOf = (publication: PublicationRecord): PublicationKey => ({
    agencyId: publication.agencyId,
    publicationId: publication.id,
  })
  const claimed = async (publication: PublicationRecord): Promise<Claim> => {
    const claim = await store.claim(keyOf(publication), 'test', leaseMs)
    if (!claim || 'busyForMs' in claim) throw new Error('not claimed')
    return claim
  }
  const toBegin = (claim: Claim, changes: Partial<BeginAttempt> = {}): BeginAttempt => ({
    key: claim.key,
    fence: claim.fence,
    version: claim.publication.version,
    revision: claim.publication.revision,
    partIndex: 0,
    from: 'waiting',
    attempt: toAttemptInput(createId('attempt')),
    deadlineMs,
    ...changes,
  })
  const inAgency = (statement: ReturnType<typeof sql>) => database.inScope(account, (tx) => statement.execute(tx))

  describe('a claim', () => {
    test('returns what was stored, unchanged', async () => {
      const publication = await seed({
        parts: [{ likeness: 'like' }, {}],
        publication: {
          target: 'r/streaming',
          hold: { reason: 'quota', scope: 'account', message: 'later', until: now + 5 },
        },
      })
      const claim = await claimed(publication)
      expect(claim.publication).toEqual(publication)
      expect(claim).toMatchObject({ fence: 1, leaseUntil: now + leaseMs, now, trace: null })
      expect(claim.conditions).toEqual({
        connection: 'active',
        connectionReason: null,
        holds: [],
        lookAlikes: [],
        afterUnknown: 'ask',
        spacedUntil: 0,
        factsExpireAt: null,
        windows: [],
      })
    })

    test('is refused while a lease is alive, and says for how long', async () => {
      const publication = await seed()
      await claimed(publication)
      await clock.advance(10_000)
      expect(await store.claim(keyOf(publication), 'other', leaseMs)).toEqual({ busyForMs: 50_000 })
    })

    test('takes over when the lease has ended, with a higher fence', async () => {
      const publication = await seed()
      const first = await claimed(publication)
      await clock.advance(leaseMs)
      const second = await claimed(publication)
      expect(second.fence).toBe(first.fence + 1)
      expect(await store.renew(keyOf(publication), first.fence, leaseMs)).toBe(false)
      expect(await store.renew(keyOf(publication), second.fence, leaseMs)).toBe(true)
    })

    test('of another agency finds nothing', async () => {
      const publication = await seed()
      expect(await store.claim({ ...keyOf(publication), agencyId: createId('agency') }, 'test', leaseMs)).toBeNull()
      expect(await store.findKey(publication.id)).toEqual(keyOf(publication))
      expect(await store.findKey(createId('publication'))).toBeNull()
    })
  })

  describe('S2', () => {
    test('writes the attempt, moves part and publication, and renews the lease beyond the deadline', async () => {
      const publication = await seed({ parts: [{ likeness: 'hello' }, {}] })
      const claim = await claimed(publication)
      await clock.advance(30_000)
      const begin = toBegin(claim)
      const begun = await store.beginAttempt(begin)
      expect(begun).toEqual({
        attemptId: begin.attempt.id,
        number: 1,
        startedAt: now + 30_000,
        leaseUntil: now + 30_000 + deadlineMs + 15_000,
      })
      expect(await store.ownsAttempt(claim.key, claim.fence, begin.attempt.id)).toBe(true)
      await clock.advance(deadlineMs + 15_000)
      expect(await store.ownsAttempt(claim.key, claim.fence, begin.attempt.id)).toBe(false)
      const { publication: stored } = await claimed(publication)
      expect(stored).toMatchObject({
        state: 'publishing',
        version: 2,
        parts: [
          { state: 'publishing', attempts: [{ ...begin.attempt, number: 1, fence: claim.fence, outcome: 'open' }] },
          { state: 'waiting' },
        ],
      })
    })

    const refusals: Record<
      string,
      (publication: PublicationRecord, claim: Claim) => Promise<Partial<BeginAttempt> | undefined>
    > = {
      'another fence': async () => ({ fence: 99 }),
      'another version': async () => ({ version: 99 }),
      'another revision': async () => ({ revision: 2 }),
      'a lease that is over': async () => {
        await clock.advance(leaseMs)
        return {}
      },
      'a cancel request': async ({ id }) => {
        await inAgency(sql`update ofm.publication set cancel_requested_at = ofm.now() where publication_id = ${id}`)
        return {}
      },
      'a connection that is not active': async () => {
        await inAgency(sql`update ofm.connection set state = 'disconnected' where account_id = ${account.accountId}`)
        return {}
      },
      'a switch of the agency': async () => {
        await inAgency(
          sql`insert into ofm.hold (agency_id, scope, key, reason, message, by) values (${account.agencyId}, 'agency', ${account.agencyId}, 'paused', 'wait', 'me')`,
        )
        return {}
      },
      'a hold of the app': async () => {
        await inAgency(sql`update ofm.account set app_key = 'client-1' where account_id = ${account.accountId}`)
        await opened.admin(
          "insert into ofm.hold (agency_id, scope, key, reason, message, by) values ('*', 'app', 'client-1', 'rate_limited', 'wait', 'engine')",
        )
        return {}
      },
    }
    test.each(Object.keys(refusals))('sends nothing at %s', async (name) => {
      const publication = await seed()
      const claim = await claimed(publication)
      const changes = await refusals[name]?.(publication, claim)
      expect(await store.beginAttempt(toBegin(claim, changes))).toBeNull()
      await clock.advance(leaseMs)
      expect((await claimed(publication)).publication.parts[0]).toMatchObject({ state: 'waiting', attempts: [] })
      await opened.admin("delete from ofm.hold where agency_id = '*'")
    })

    test('sends nothing when it is not due', async () => {
      const claim = await claimed(await seed({ dueAt: now + 1 }))
      expect(await store.beginAttempt(toBegin(claim))).toBeNull()
    })

    test('lets one of two look-alikes out, shows the other why it waits, and wakes it afterwards', async () => {
      const [first, second] = [
        await seed({ parts: [{ likeness: 'same' }] }),
        await seed({ parts: [{ likeness: 'same' }] }),
      ]
      const [one, two] = [await claimed(first), await claimed(second)]
      const begun = await Promise.all([store.beginAttempt(toBegin(one)), store.beginAttempt(toBegin(two))])
      expect(begun.filter((answer) => answer !== null)).toHaveLength(1)
      const [winner, loser] = begun[0] ? [one, two] : [two, one]
      await store.change(loser.key, { release: loser.fence }, (publication) =>
        toChange(publication, publication, { wakeAt: null }),
      )
      expect((await claimed(loser.publication)).conditions.lookAlikes).toEqual([loser.publication.parts[0]?.id])
      const versionOfLoser = (await claimedAgain(loser)).publication.version
      await store.change(winner.key, { release: winner.fence }, (publication) =>
        toChange(
          publication,
          withPart(publication, 0, (part) => ({ ...part, state: 'published', externalId: 'x1' })),
        ),
      )
      const due = await store.readDue({ limit: 1000, excludeAccounts: [], excludePlatforms: [] })
      expect(due.due.map(({ publicationId }) => publicationId)).toContain(loser.publication.id)
      const woken = await claimedAgain(loser)
      expect(woken.conditions.lookAlikes).toEqual([])
      expect(woken.publication.version).toBe(versionOfLoser + 1)
    })
    const claimedAgain = async ({ publication, key }: Claim): Promise<Claim> => {
      await inAgency(sql`update ofm.work set lease_until = null where publication_id = ${key.publicationId}`)
      const claim = await claimed(publication)
      await inAgency(sql`update ofm.work set lease_until = null where publication_id = ${key.publicationId}`)
      return claim
    }
  })

  describe('a change', () => {
    test('saves the whole aggregate, raises the version and gives the lease back', async () => {
      const publication = await seed({ parts: [{}, {}] })
      const claim = await claimed(publication)
      const begin = toBegin(claim)
      await store.beginAttempt(begin)
      const changed = await store.change(claim.key, { release: claim.fence }, (before, at) =>
        toChange(
          before,
          withPart({ ...before, cancelRequestedAt: at }, 0, (part) => ({
            ...part,
            state: 'unknown',
            nextLookAt: at + 5_000,
            reason: { code: 'outcome_unknown', message: 'lost' },
            preparation: {
              status: 'prepared',
              uploads: { ids: ['1'] },
              expiresAt: at + 9,
              checkpoint: 'text',
              progress: { phase: 'uploading', percent: 10 },
              fingerprint: 'f',
              resumeAt: null,
            },
            attempts: part.attempts.map((attempt) => ({
              ...attempt,
              outcome: 'unknown',
              endedAt: at,
              error: 'ECONNRESET',
              evidence: [{ at, kind: 'not_yet', looked: 'timeline' }],
            })),
          })),
          { wakeAt: at + 5_000 },
        ),
      )
      expect(changed).toMatchObject({ version: 3, parts: [{ state: 'unknown' }, { state: 'waiting' }] })
      const again = await claimed(publication)
      expect(again.publication).toEqual(changed)
      expect(again.fence).toBe(claim.fence + 1)
    })

    test('is refused by another fence or version, and stored without them', async () => {
      const claim = await claimed(await seed())
      const hold = (message: string) => (before: PublicationRecord) =>
        toChange(before, { ...before, hold: { reason: 'quota', scope: 'account', message, until: null } })
      expect(await store.change(claim.key, { fence: claim.fence + 1 }, hold('fence'))).toBeNull()
      expect(await store.change(claim.key, { version: 7 }, hold('version'))).toBeNull()
      expect(await store.change(claim.key, {}, () => null)).toBeNull()
      expect(await store.change(claim.key, { fence: claim.fence, version: 1 }, hold('stored'))).toMatchObject({
        version: 2,
        hold: { message: 'stored' },
      })
    })

    test('writes history and outbox in order, with a delivery for each consumer of the agency', async () => {
      await inAgency(sql`insert into ofm.consumer (agency_id, name, pattern) values (${account.agencyId}, 'app', '*')`)
      const publication = await seed()
      const claim = await claimed(publication)
      await store.change(claim.key, {}, (before) => ({
        publication: before,
        wakeAt: null,
        events: [
          { type: 'publication.held', by: 'engine', reason: { code: 'quota', message: 'later' } },
          { type: 'publication.slow', by: 'engine', partIndex: 0, details: { transition: 51 } },
        ],
      }))
      const rows = await inAgency(sql`
        select h.type, h.part_index, h.reason, h.details, d.consumer
        from ofm.event_delivery d join ofm.history h on h.event_id = d.event_id
        where h.publication_id = ${publication.id} order by d.position`)
      expect(rows.rows).toEqual([
        {
          type: 'publication.held',
          part_index: null,
          reason: { code: 'quota', message: 'later' },
          details: {},
          consumer: 'app',
        },
        { type: 'publication.slow', part_index: 0, reason: null, details: { transition: 51 }, consumer: 'app' },
      ])
    })

    test('shares holds with the account and with all accounts of the app, and asks to reconnect', async () => {
      const claim = await claimed(await seed())
      const hold = { reason: 'rate_limited' as const, scope: 'app' as const, message: 'slow down', until: now + 1_000 }
      await store.change(claim.key, {}, (before) => ({
        publication: before,
        events: [],
        wakeAt: null,
        connection: { code: 'permission_missing', message: 'media.write is missing.' },
        sharedHolds: [
          { scope: 'account', hold: { ...hold, scope: 'account', reason: 'permission', until: null } },
          { scope: 'app', hold },
        ],
      }))
      const elsewhere = await seedPublication(database, createId, await seedAccount(database, createId), { dueAt: now })
      expect((await claimed(elsewhere)).conditions).toMatchObject({ connection: 'active', holds: [hold] })
      const own = await claimed(await seed())
      expect(own.conditions).toMatchObject({ connection: 'reconnect', connectionReason: 'media.write is missing.' })
      expect(own.conditions.holds.map(({ reason }) => reason)).toEqual(['permission', 'rate_limited'])
      await clock.advance(1_000)
      expect((await claimed(await seed())).conditions.holds.map(({ reason }) => reason)).toEqual(['permission'])
    })

    test('refuses a platform id that another part of the account has', async () => {
      const [first, second] = [await seed(), await seed()]
      const bind = (publication: PublicationRecord) =>
        store.change(keyOf(publication), {}, (before) =>
          toChange(
            before,
            withPart(before, 0, (part) => ({ ...part, state: 'published', externalId: 'same' })),
          ),
        )
      await bind(first)
      await expect(bind(second)).rejects.toMatchObject({ code: 'changed_meanwhile' })
    })

    test('stores that a handle was forgotten although a look-alike has gone out since', async () => {
      const [first, second] = [
        await seed({ parts: [{ likeness: 'same' }] }),
        await seed({ parts: [{ likeness: 'same' }] }),
      ]
      const move = (publication: PublicationRecord, state: 'processing' | 'unknown') =>
        store.change(keyOf(publication), {}, (before) =>
          toChange(
            before,
            withPart(before, 0, (part) => ({ ...part, state })),
          ),
        )
      await store.beginAttempt(toBegin(await claimed(first)))
      await move(first, 'processing')
      await store.beginAttempt(toBegin(await claimed(second)))
      expect(await move(first, 'unknown')).toMatchObject({ parts: [{ state: 'unknown', likeness: null }] })
      expect((await store.readRivals(keyOf(first), 0, 0)).rivals).toBe(1)
      expect((await store.readRivals(keyOf(second), 0, 0)).rivals).toBe(1)
    })

    test('spaces publications of one account', async () => {
      const first = await claimed(await seed())
      await store.beginAttempt(toBegin(first))
      expect((await claimed(await seed())).conditions.spacedUntil).toBe(now + 120_000)
    })
  })

  describe('due work', () => {
    const ownDue = async (
      options: { excludeAccounts?: SeededAccount['accountId'][]; excludePlatforms?: string[] } = {},
    ) => {
      const { due, nextDueInMs } = await store.readDue({
        limit: 1000,
        excludeAccounts: [],
        excludePlatforms: [],
        ...options,
      })
      return {
        ids: due.filter(({ agencyId }) => agencyId === account.agencyId).map(({ publicationId }) => publicationId),
        nextDueInMs,
      }
    }

    test('is what is due and in nobody’s hand, oldest first, across agencies', async () => {
      await opened.admin('update ofm.work set run_at = null')
      const later = await seed({ dueAt: now + 7_000 })
      const [second, first] = [await seed({ dueAt: now }), await seed({ dueAt: now - 1_000 })]
      expect(await ownDue()).toEqual({ ids: [first.id, second.id], nextDueInMs: 7_000 })
      expect((await store.readDue({ limit: 1, excludeAccounts: [], excludePlatforms: [] })).nextDueInMs).toBe(0)
      await claimed(first)
      await clock.advance(7_000)
      expect((await ownDue()).ids).toEqual([second.id, later.id])
      await claimed(second)
      await claimed(later)
      expect(await ownDue()).toEqual({ ids: [], nextDueInMs: leaseMs - 7_000 })
      expect(await ownDue({ excludeAccounts: [account.accountId] })).toEqual({ ids: [], nextDueInMs: null })
      expect(await ownDue({ excludePlatforms: ['x'] })).toEqual({ ids: [], nextDueInMs: null })
    })
  })

  describe('a part', () => {
    test('brings what it sends with the claim, while it is the first that is not out', async () => {
      const claim = await claimed(await seed({ parts: [{ state: 'published' }, {}, {}] }))
      const { request } = await store.readContent(claim.key, 1, 1)
      expect(claim.content).toEqual({ partIndex: 1, request })
      const out = await claimed(await seed({ parts: [{ state: 'published' }, { state: 'delivered' }] }))
      expect(out.content).toBeNull()
    })

    test('has content for its revision, and a checkpoint under the fence', async () => {
      const publication = await seed({ parts: [{}, {}] })
      const claim = await claimed(publication)
      expect(await store.readContent(claim.key, 1, 1)).toMatchObject({
        accountExternalId: `x-${account.accountId}`,
        request: { index: 1, text: 'part 1' },
      })
      const checkpoint = {
        fingerprint: 'fingerprint-1',
        value: { ids: ['m1'] },
        progress: { phase: 'uploading' as const, percent: 30 },
      }
      expect(await store.saveCheckpoint(claim.key, claim.fence + 1, 1, checkpoint)).toBe(false)
      expect(await store.saveCheckpoint(claim.key, claim.fence, 1, { ...checkpoint, fingerprint: 'edited' })).toBe(
        false,
      )
      expect(await store.saveCheckpoint(claim.key, claim.fence, 1, checkpoint)).toBe(true)
      await clock.advance(leaseMs)
      const again = (await claimed(publication)).publication
      expect(again.version).toBe(1)
      expect(again.parts[1]?.preparation).toMatchObject({
        status: 'running',
        checkpoint: { ids: ['m1'] },
        progress: { percent: 30 },
        fingerprint: 'fingerprint-1',
      })
    })

    test('knows who else may own what a look finds', async () => {
      const [own, rival, bound] = [
        await seed({ parts: [{ likeness: 'a' }] }),
        await seed({ parts: [{ likeness: 'a' }] }),
        await seed({ parts: [{ likeness: 'b' }] }),
      ]
      const claim = await claimed(rival)
      await store.beginAttempt(toBegin(claim))
      await store.change(keyOf(bound), {}, (before) =>
        toChange(
          before,
          withPart(before, 0, (part) => ({ ...part, state: 'published', externalId: 'id-b' })),
        ),
      )
      expect(await store.readRivals(keyOf(own), 0, 0)).toEqual({ idsBoundElsewhere: ['id-b'], rivals: 1 })
      await store.change(claim.key, {}, (before) =>
        toChange(
          before,
          withPart(before, 0, (part) => ({
            ...part,
            state: 'waiting',
            attempts: part.attempts.map((attempt) => ({ ...attempt, verdict: 'absent', outcome: 'closed' })),
          })),
        ),
      )
      expect((await store.readRivals(keyOf(own), 0, 0)).rivals).toBe(0)
    })
  })

  test('facts of a destination are kept until they are read again', async () => {
    const publication = await seed({ publication: { target: 'r/streaming' } })
    expect(await store.readFacts(keyOf(publication))).toBeUndefined()
    await store.saveFacts(keyOf(publication), { expiresAt: now + 1, flairs: ['a'] })
    await store.saveFacts(keyOf(publication), { expiresAt: now + 2, flairs: ['b'] })
    expect(await store.readFacts(keyOf(publication))).toEqual({ expiresAt: now + 2, flairs: ['b'] })
    expect((await claimed(publication)).conditions.factsExpireAt).toBe(now + 2)
  })
})
