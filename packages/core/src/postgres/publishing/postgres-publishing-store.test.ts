import { eachDatabase } from '@ofm-social/test-services'
import { sql } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { PublicationRecord } from '../../model/publication.ts'
import type { BeginAttempt, Claim } from '../../publishing/publishing-store.ts'
import type { SeededAccount } from '../testing/seed.ts'
import { deadlineMs, keyOf, leaseMs, usePublishingStore } from '../testing/use-publishing-store.test-support.ts'

eachDatabase('the publishing store', (open) => {
  const given = usePublishingStore(open)

  describe('a claim', () => {
    test('returns what was stored, unchanged', async () => {
      const publication = await given.seed({
        parts: [{ likeness: 'like' }, {}],
        publication: {
          target: 'r/streaming',
          hold: { reason: 'quota', scope: 'account', message: 'later', until: given.now + 5 },
        },
      })
      const claim = await given.claim(publication)
      expect(claim.publication).toEqual(publication)
      expect(claim).toMatchObject({ fence: 1, leaseUntil: given.now + leaseMs, now: given.now, trace: null })
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
      const publication = await given.seed()
      await given.claim(publication)
      await given.clock.advance(10_000)
      expect(await given.store.claim(keyOf(publication), { owner: 'other', leaseMs })).toEqual({ busyForMs: 50_000 })
    })

    test('takes over when the lease has ended, with a higher fence', async () => {
      const publication = await given.seed()
      const first = await given.claim(publication)
      await given.clock.advance(leaseMs)
      const second = await given.claim(publication)
      expect(second.fence).toBe(first.fence + 1)
      expect(await given.store.renew(keyOf(publication), { fence: first.fence, leaseMs })).toBe(false)
      expect(await given.store.renew(keyOf(publication), { fence: second.fence, leaseMs })).toBe(true)
    })

    test('of another agency finds nothing', async () => {
      const publication = await given.seed()
      expect(
        await given.store.claim(
          { ...keyOf(publication), agencyId: given.createId('agency') },
          { owner: 'test', leaseMs },
        ),
      ).toBeNull()
      expect(await given.store.findKey(publication.id)).toEqual(keyOf(publication))
      expect(await given.store.findKey(given.createId('publication'))).toBeNull()
    })
  })

  describe('S2', () => {
    test('writes the attempt, moves part and publication, and renews the lease beyond the deadline', async () => {
      const publication = await given.seed({ parts: [{ likeness: 'hello' }, {}] })
      const claim = await given.claim(publication)
      await given.clock.advance(30_000)
      const begin = given.toBegin(claim)
      const begun = await given.store.beginAttempt(begin)
      expect(begun).toEqual({
        attemptId: begin.attempt.id,
        number: 1,
        startedAt: given.now + 30_000,
        leaseUntil: given.now + 30_000 + deadlineMs + 15_000,
      })
      expect(await given.store.ownsAttempt(claim.key, { fence: claim.fence, attemptId: begin.attempt.id })).toBe(true)
      await given.clock.advance(deadlineMs + 15_000)
      expect(await given.store.ownsAttempt(claim.key, { fence: claim.fence, attemptId: begin.attempt.id })).toBe(false)
      const { publication: stored } = await given.claim(publication)
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
        await given.clock.advance(leaseMs)
        return {}
      },
      'a cancel request': async ({ id }) => {
        await given.run(sql`update ofm.publication set cancel_requested_at = ofm.now() where publication_id = ${id}`)
        return {}
      },
      'a connection that is not active': async () => {
        await given.run(
          sql`update ofm.connection set state = 'disconnected' where account_id = ${given.account.accountId}`,
        )
        return {}
      },
      'a switch of the agency': async () => {
        await given.run(
          sql`insert into ofm.hold (agency_id, scope, key, reason, message, by) values (${given.account.agencyId}, 'agency', ${given.account.agencyId}, 'paused', 'wait', 'me')`,
        )
        return {}
      },
      'a hold of the app': async () => {
        await given.run(sql`update ofm.account set app_key = 'client-1' where account_id = ${given.account.accountId}`)
        await given.opened.admin(
          "insert into ofm.hold (agency_id, scope, key, reason, message, by) values ('*', 'app', 'client-1', 'rate_limited', 'wait', 'engine')",
        )
        return {}
      },
    }
    test.each(Object.keys(refusals))('sends nothing at %s', async (name) => {
      const publication = await given.seed()
      const claim = await given.claim(publication)
      const changes = await refusals[name]?.(publication, claim)
      expect(await given.store.beginAttempt(given.toBegin(claim, changes))).toBeNull()
      await given.clock.advance(leaseMs)
      expect((await given.claim(publication)).publication.parts[0]).toMatchObject({ state: 'waiting', attempts: [] })
      await given.opened.admin("delete from ofm.hold where agency_id = '*'")
    })

    test('sends nothing when it is not due', async () => {
      const claim = await given.claim(await given.seed({ dueAt: given.now + 1 }))
      expect(await given.store.beginAttempt(given.toBegin(claim))).toBeNull()
    })
  })

  describe('due work', () => {
    const ownDue = async (
      options: { excludeAccounts?: SeededAccount['accountId'][]; excludePlatforms?: string[] } = {},
    ) => {
      const { due, nextDueInMs } = await given.store.readDue({
        limit: 1000,
        excludeAccounts: [],
        excludePlatforms: [],
        ...options,
      })
      return {
        ids: due
          .filter(({ agencyId }) => agencyId === given.account.agencyId)
          .map(({ publicationId }) => publicationId),
        nextDueInMs,
      }
    }

    test('is what is due and in nobody’s hand, oldest first, across agencies', async () => {
      await given.opened.admin('update ofm.work set run_at = null')
      const later = await given.seed({ dueAt: given.now + 7_000 })
      const [second, first] = [await given.seed({ dueAt: given.now }), await given.seed({ dueAt: given.now - 1_000 })]
      expect(await ownDue()).toEqual({ ids: [first.id, second.id], nextDueInMs: 7_000 })
      expect((await given.store.readDue({ limit: 1, excludeAccounts: [], excludePlatforms: [] })).nextDueInMs).toBe(0)
      await given.claim(first)
      await given.clock.advance(7_000)
      expect((await ownDue()).ids).toEqual([second.id, later.id])
      await given.claim(second)
      await given.claim(later)
      expect(await ownDue()).toEqual({ ids: [], nextDueInMs: leaseMs - 7_000 })
      expect(await ownDue({ excludeAccounts: [given.account.accountId] })).toEqual({ ids: [], nextDueInMs: null })
      expect(await ownDue({ excludePlatforms: ['x'] })).toEqual({ ids: [], nextDueInMs: null })
    })
  })

  describe('a part', () => {
    test('brings what it sends with the claim, while it is the first that is not out', async () => {
      const claim = await given.claim(await given.seed({ parts: [{ state: 'published' }, {}, {}] }))
      const { request } = await given.store.readContent(claim.key, { revision: 1, partIndex: 1 })
      expect(claim.content).toEqual({ partIndex: 1, request })
      const out = await given.claim(await given.seed({ parts: [{ state: 'published' }, { state: 'delivered' }] }))
      expect(out.content).toBeNull()
    })

    test('has content for its revision, and a checkpoint under the fence', async () => {
      const publication = await given.seed({ parts: [{}, {}] })
      const claim = await given.claim(publication)
      expect(await given.store.readContent(claim.key, { revision: 1, partIndex: 1 })).toMatchObject({
        accountExternalId: `x-${given.account.accountId}`,
        request: { index: 1, text: 'part 1' },
      })
      const checkpoint = {
        fence: claim.fence,
        partIndex: 1,
        fingerprint: 'fingerprint-1',
        value: { ids: ['m1'] },
        progress: { phase: 'uploading' as const, percent: 30 },
      }
      expect(await given.store.saveCheckpoint(claim.key, { ...checkpoint, fence: claim.fence + 1 })).toBe(false)
      expect(await given.store.saveCheckpoint(claim.key, { ...checkpoint, fingerprint: 'edited' })).toBe(false)
      expect(await given.store.saveCheckpoint(claim.key, checkpoint)).toBe(true)
      await given.clock.advance(leaseMs)
      const again = (await given.claim(publication)).publication
      expect(again.version).toBe(1)
      expect(again.parts[1]?.preparation).toMatchObject({
        status: 'running',
        checkpoint: { ids: ['m1'] },
        progress: { percent: 30 },
        fingerprint: 'fingerprint-1',
      })
    })
  })

  test('facts of a destination are kept until they are read again', async () => {
    const publication = await given.seed({ publication: { target: 'r/streaming' } })
    expect(await given.store.readFacts(keyOf(publication))).toBeUndefined()
    await given.store.saveFacts(keyOf(publication), { expiresAt: given.now + 1, flairs: ['a'] })
    await given.store.saveFacts(keyOf(publication), { expiresAt: given.now + 2, flairs: ['b'] })
    expect(await given.store.readFacts(keyOf(publication))).toEqual({ expiresAt: given.now + 2, flairs: ['b'] })
    expect((await given.claim(publication)).conditions.factsExpireAt).toBe(given.now + 2)
  })
})
