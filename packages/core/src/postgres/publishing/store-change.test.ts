import { eachDatabase } from '@ofm-social/test-services'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { PublicationRecord } from '../../model/publication.ts'
import { toChange, withPart } from '../../publishing/change.ts'
import { seedAccount, seedPublication } from '../testing/seed.ts'
import { keyOf, usePublishingStore } from '../testing/use-publishing-store.test-support.ts'

eachDatabase('a change of a publication', (open) => {
  const given = usePublishingStore(open)

  test('saves the whole aggregate, raises the version and gives the lease back', async () => {
    const publication = await given.seed({ parts: [{}, {}] })
    const claim = await given.claim(publication)
    const begin = given.toBegin(claim)
    await given.store.beginAttempt(begin)
    const changed = await given.store.change(claim.key, { release: claim.fence }, (before, at) =>
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
    const again = await given.claim(publication)
    expect(again.publication).toEqual(changed)
    expect(again.fence).toBe(claim.fence + 1)
  })

  test('is refused by another fence or version, and stored without them', async () => {
    const claim = await given.claim(await given.seed())
    const hold = (message: string) => (before: PublicationRecord) =>
      toChange(before, { ...before, hold: { reason: 'quota', scope: 'account', message, until: null } })
    expect(await given.store.change(claim.key, { fence: claim.fence + 1 }, hold('fence'))).toBeNull()
    expect(await given.store.change(claim.key, { version: 7 }, hold('version'))).toBeNull()
    expect(await given.store.change(claim.key, {}, () => null)).toBeNull()
    expect(await given.store.change(claim.key, { fence: claim.fence, version: 1 }, hold('stored'))).toMatchObject({
      version: 2,
      hold: { message: 'stored' },
    })
  })

  test('writes history and outbox in order, with a delivery for each consumer of the agency', async () => {
    await given.run(
      sql`insert into ofm.consumer (agency_id, name, pattern) values (${given.account.agencyId}, 'app', '*')`,
    )
    const publication = await given.seed()
    const claim = await given.claim(publication)
    await given.store.change(claim.key, {}, (before) => ({
      publication: before,
      wakeAt: null,
      events: [
        { type: 'publication.held', by: 'engine', reason: { code: 'quota', message: 'later' } },
        { type: 'publication.slow', by: 'engine', partIndex: 0, details: { transition: 51 } },
      ],
    }))
    const rows = await given.run(sql`
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
    const claim = await given.claim(await given.seed())
    const hold = {
      reason: 'rate_limited' as const,
      scope: 'app' as const,
      message: 'slow down',
      until: given.now + 1_000,
    }
    await given.store.change(claim.key, {}, (before) => ({
      publication: before,
      events: [],
      wakeAt: null,
      connection: { code: 'permission_missing', message: 'media.write is missing.' },
      sharedHolds: [
        { scope: 'account', hold: { ...hold, scope: 'account', reason: 'permission', until: null } },
        { scope: 'app', hold },
      ],
    }))
    const elsewhere = await seedPublication(
      given.database,
      given.createId,
      await seedAccount(given.database, given.createId),
      { dueAt: given.now },
    )
    expect((await given.claim(elsewhere)).conditions).toMatchObject({ connection: 'active', holds: [hold] })
    const own = await given.claim(await given.seed())
    expect(own.conditions).toMatchObject({ connection: 'reconnect', connectionReason: 'media.write is missing.' })
    expect(own.conditions.holds.map(({ reason }) => reason)).toEqual(['permission', 'rate_limited'])
    await given.clock.advance(1_000)
    expect((await given.claim(await given.seed())).conditions.holds.map(({ reason }) => reason)).toEqual(['permission'])
  })

  test('refuses a platform id that another part of the account has', async () => {
    const [first, second] = [await given.seed(), await given.seed()]
    const bind = (publication: PublicationRecord) =>
      given.store.change(keyOf(publication), {}, (before) =>
        toChange(
          before,
          withPart(before, 0, (part) => ({ ...part, state: 'published', externalId: 'same' })),
        ),
      )
    await bind(first)
    await expect(bind(second)).rejects.toMatchObject({ code: 'changed_meanwhile' })
  })

  test('spaces publications of one account', async () => {
    const first = await given.claim(await given.seed())
    await given.store.beginAttempt(given.toBegin(first))
    expect((await given.claim(await given.seed())).conditions.spacedUntil).toBe(given.now + 120_000)
  })
})
