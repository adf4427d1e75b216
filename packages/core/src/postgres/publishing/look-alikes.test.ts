import { eachDatabase } from '@ofm-social/test-services'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { AttemptRecord, PartRecord, PublicationRecord } from '../../model/publication.ts'
import { partAt, toChange, withAttempts, withPart } from '../../publishing/change.ts'
import type { Claim } from '../../publishing/publishing-store.ts'
import { keyOf, usePublishingStore } from '../testing/use-publishing-store.test-support.ts'

eachDatabase('posts that a listing cannot tell apart', (open) => {
  const given = usePublishingStore(open)
  const seedLike = () => given.seed({ parts: [{ likeness: 'same' }] })
  /** Ends the lease that there may be. */
  const claim = async (publication: PublicationRecord): Promise<Claim> => {
    await given.run(sql`update ofm.work set lease_until = null where publication_id = ${publication.id}`)
    return given.claim(publication)
  }
  const begin = async (publication: PublicationRecord) =>
    given.store.beginAttempt(given.toBegin(await claim(publication)))
  const move = (publication: PublicationRecord, state: PartRecord['state'], verdict: AttemptRecord['verdict'] = null) =>
    given.store.change(keyOf(publication), {}, (before) => {
      const closed = withAttempts(
        partAt(before, 0),
        () => verdict !== null,
        (attempt) => ({ ...attempt, verdict, outcome: 'closed' }),
      )
      return toChange(
        before,
        withPart(before, 0, () => ({ ...closed, state })),
      )
    })
  const rivalsOf = async (publication: PublicationRecord) =>
    (await given.store.readRivals(keyOf(publication), { partIndex: 0, since: 0 })).rivals

  test('lets one of two look-alikes out, shows the other why it waits, and wakes it afterwards', async () => {
    const [first, second] = [await seedLike(), await seedLike()]
    const [one, two] = [await claim(first), await claim(second)]
    const begun = await Promise.all([
      given.store.beginAttempt(given.toBegin(one)),
      given.store.beginAttempt(given.toBegin(two)),
    ])
    expect(begun.filter((answer) => answer !== null)).toHaveLength(1)
    const [winner, loser] = begun[0] ? [one, two] : [two, one]
    await given.store.change(loser.key, { release: loser.fence }, (publication) =>
      toChange(publication, publication, { wakeAt: null }),
    )
    expect((await claim(loser.publication)).conditions.lookAlikes).toEqual([loser.publication.parts[0]?.id])
    const versionOfLoser = (await claim(loser.publication)).publication.version
    await given.store.change(winner.key, { release: winner.fence }, (publication) =>
      toChange(
        publication,
        withPart(publication, 0, (part) => ({ ...part, state: 'published', externalId: 'x1' })),
      ),
    )
    await given.run(sql`update ofm.work set lease_until = null where publication_id = ${loser.publication.id}`)
    const due = await given.store.readDue({ limit: 1000, excludeAccounts: [], excludePlatforms: [] })
    expect(due.due.map(({ publicationId }) => publicationId)).toContain(loser.publication.id)
    const woken = await claim(loser.publication)
    expect(woken.conditions.lookAlikes).toEqual([])
    expect(woken.publication.version).toBe(versionOfLoser + 1)
  })

  test('stores that a handle was forgotten although a look-alike has gone out since', async () => {
    const [first, second] = [await seedLike(), await seedLike()]
    await begin(first)
    await move(first, 'processing')
    await begin(second)
    expect(await move(first, 'unknown')).toMatchObject({ parts: [{ state: 'unknown', yields: true }] })
    expect([await rivalsOf(first), await rivalsOf(second)]).toEqual([1, 1])
    await move(second, 'waiting', 'absent')
    expect(await begin(second)).toBeNull()
    await move(first, 'unknown')
    expect((await claim(second)).conditions.lookAlikes).toEqual([second.parts[0]?.id])
  })

  test('what a part that yielded sends later may own a find as well', async () => {
    const [first, second] = [await seedLike(), await seedLike()]
    await begin(first)
    await move(first, 'processing')
    await begin(second)
    await move(first, 'unknown')
    await move(second, 'needs_attention')
    expect(await move(first, 'waiting', 'absent')).toMatchObject({ parts: [{ likeness: 'same', yields: false }] })
    expect(await rivalsOf(second)).toBe(0)
    expect(await begin(first)).toMatchObject({ number: 2 })
    expect(await rivalsOf(second)).toBe(1)
  })

  test('knows who else may own what a look finds', async () => {
    const [own, rival, bound] = [
      await given.seed({ parts: [{ likeness: 'a' }] }),
      await given.seed({ parts: [{ likeness: 'a' }] }),
      await given.seed({ parts: [{ likeness: 'b' }] }),
    ]
    await begin(rival)
    await given.store.change(keyOf(bound), {}, (before) =>
      toChange(
        before,
        withPart(before, 0, (part) => ({ ...part, state: 'published', externalId: 'id-b' })),
      ),
    )
    expect(await given.store.readRivals(keyOf(own), { partIndex: 0, since: 0 })).toEqual({
      idsBoundElsewhere: ['id-b'],
      rivals: 1,
    })
    await move(rival, 'waiting', 'absent')
    expect(await rivalsOf(own)).toBe(0)
  })
})
