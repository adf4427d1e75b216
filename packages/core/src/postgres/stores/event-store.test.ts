import { eachDatabase } from '@ofm-social/test-services'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'
import { createEventDelivery } from '../../events/deliver-events.ts'
import type { Consumer, EventStore } from '../../events/event-store.ts'
import type { EventId } from '../../model/ids.ts'
import type { Publication } from '../../publications/publications.ts'
import { recordEvents } from '../publishing/record-events.ts'
import { seedAccount } from '../testing/seed.ts'
import { leaseMs, usePublishingStore } from '../testing/use-publishing-store.test-support.ts'
import { createPostgresEventStore } from './event-store.ts'

eachDatabase('the outbox', (open) => {
  const given = usePublishingStore(open)
  let store: EventStore
  beforeAll(() => {
    store = createPostgresEventStore(given.database)
  })

  const app: Consumer = { name: 'app', pattern: 'publication.*' }
  const publicationId = given.createId('publication')
  const record = (...types: string[]) =>
    given.database.inScope(given.account, (tx) =>
      recordEvents(
        tx,
        { ...given.account, publicationId },
        types.map((type) => ({ type, by: 'engine' })),
      ),
    )
  const register = (consumer: Consumer) => store.register(given.account.agencyId, consumer)
  const take = async (...consumers: Consumer[]) => store.take(given.account.agencyId, consumers, { limit: 10, leaseMs })
  const typesOf = async (...consumers: Consumer[]) => (await take(...consumers)).map(({ event }) => event.type)

  test('keeps an event until everybody has handled it, and one that nobody waits for a week', async () => {
    const other: Consumer = { name: 'other', pattern: '*' }
    const count = async () =>
      (await given.opened.admin('select event_id from ofm.event where agency_id = $1', [given.account.agencyId])).length
    await record('publication.held')
    for (const consumer of [app, other]) await register(consumer)
    await record('publication.published')
    for (const [consumer, left] of [
      [app, 2],
      [other, 1],
    ] as const) {
      const [delivery] = await take(consumer)
      await store.finish(given.account.agencyId, delivery?.id ?? '')
      expect(await count()).toBe(left)
    }
    await register(app)
    expect(await count()).toBe(1)
    await given.clock.advance(8 * 86_400_000)
    await register(app)
    expect(await count()).toBe(0)
  })

  test('queues what happened elsewhere once by its id, for each consumer that waits for it, and for no creator', async () => {
    const consumers: Consumer[] = [{ name: 'app', pattern: 'budget.*' }, { name: 'mail', pattern: '*' }, app]
    for (const consumer of consumers) await register(consumer)
    const details = { budget: 'agency/ada' }
    const event = {
      id: 'event_alert_7' as EventId,
      type: 'budget.threshold_crossed',
      at: 1_000,
      details,
      by: 'ledger',
    } as const
    for (let time = 0; time < 3; time += 1) await store.tell(given.account.agencyId, event)
    expect(await take({ name: 'app', pattern: 'budget.*' }, app)).toMatchObject([
      { event: { id: 'event_alert_7', at: 1_000, subject: { kind: 'budget' }, details, by: 'ledger' } },
    ])
    const asAda = await given.database.inScope(
      { ...given.account, creatorIds: [given.account.creatorId] },
      async (tx) => (await sql`select from ofm.event`.execute(tx)).rows,
    )
    expect(asAda).toEqual([])
  })

  test('hands an event to each consumer whose pattern matches, in the order of the changes', async () => {
    const consumers = [
      app,
      { name: 'app', pattern: '*' },
      { name: 'hook', pattern: 'account.reconnect' },
      { name: 'none', pattern: 'publication' },
    ]
    for (const consumer of consumers) await register(consumer)
    await record('publication.held', 'account.reconnect', 'publication.published')
    for (const [index, expected] of [
      ['publication.held', 'publication.published'],
      ['publication.held', 'account.reconnect', 'publication.published'],
      ['account.reconnect'],
      [],
    ].entries()) {
      expect(await typesOf(...consumers.slice(index, index + 1))).toEqual(expected)
    }
  })

  test('queues nothing from before a consumer was registered, and nothing twice for one that registers again', async () => {
    await record('publication.held')
    await register(app)
    await register(app)
    await record('publication.slow')
    expect(await typesOf(app)).toEqual(['publication.slow'])
  })

  test('tells what the event is about', async () => {
    await register(app)
    await record('publication.held')
    const [delivery] = await take(app)
    expect(delivery).toMatchObject({
      consumer: app,
      failures: 0,
      event: {
        type: 'publication.held',
        at: await given.clock.read(),
        subject: { kind: 'publication', id: publicationId },
        partIndex: null,
        reason: null,
        by: 'engine',
      },
    })
  })

  test('gives a delivery to one of two that ask at the same time', async () => {
    await register(app)
    await record('publication.held', 'publication.slow')
    const taken = (await Promise.all([take(app), take(app)])).flat()
    expect(taken).toHaveLength(2)
    expect(new Set(taken.map(({ id }) => id)).size).toBe(2)
  })

  test('brings back what nobody finished when its lease ends', async () => {
    await register(app)
    await record('publication.held', 'publication.slow')
    const [first] = await take(app)
    await store.finish(given.account.agencyId, first?.id ?? '')
    expect(await take(app)).toEqual([])
    await given.clock.advance(leaseMs)
    expect(await typesOf(app)).toEqual(['publication.slow'])
  })

  test('waits after a failure, counts it, and parks what keeps failing', async () => {
    await register(app)
    await record('publication.held')
    const [first] = await take(app)
    await store.fail(given.account.agencyId, first?.id ?? '', { retryAfterMs: 5_000, error: 'TypeError' })
    expect(await take(app)).toEqual([])
    await given.clock.advance(5_000)
    expect(await take(app)).toMatchObject([{ id: first?.id, failures: 1 }])
    await store.fail(given.account.agencyId, first?.id ?? '', { retryAfterMs: null, error: 'TypeError' })
    await given.clock.advance(leaseMs)
    expect(await take(app)).toEqual([])
    const rows = await given.opened.admin(
      'select failures, error from ofm.event_delivery where agency_id = $1 and parked_at is not null',
      [given.account.agencyId],
    )
    expect(rows).toEqual([{ failures: 2, error: 'TypeError' }])
  })

  test('repeats what a handler throws at with growing pauses, parks it after ten, and goes on with the next', async () => {
    const at: number[] = []
    const told: string[] = []
    const delivery = createEventDelivery({
      store,
      readPublication: async (_agencyId, id) => ({ id }) as Publication,
      readAccount: async () => null,
      monotonic: () => 0,
      after: () => () => undefined,
      log: () => undefined,
    })
    let now = await given.clock.read()
    await delivery.on(given.account.agencyId, app, (event) => {
      told.push(event.type)
      if (event.type === 'publication.published') return
      at.push(now)
      throw new TypeError('no')
    })
    await record('publication.held', 'publication.published')
    for (let minutes = 0; minutes < 120; minutes += 1) {
      await delivery.deliverDue(1_000)
      await given.clock.advance(60_000)
      now += 60_000
    }
    const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0))
    expect(at).toHaveLength(10)
    expect(pauses).toEqual(pauses.toSorted((one, other) => one - other))
    expect(told.filter((type) => type === 'publication.published')).toHaveLength(1)
    const parked = await given.database.inScope(given.account, (tx) =>
      sql`select failures, error from ofm.event_delivery where agency_id = ${given.account.agencyId} and parked_at is not null`.execute(
        tx,
      ),
    )
    expect(parked.rows).toEqual([{ failures: 10, error: 'TypeError' }])
  })

  test('keeps another agency’s deliveries out of reach', async () => {
    await register(app)
    await record('publication.held')
    const other = await seedAccount(given.database, given.createId)
    expect(await store.take(other.agencyId, [app], { limit: 10, leaseMs })).toEqual([])
    const [delivery] = await take(app)
    await store.finish(other.agencyId, delivery?.id ?? '')
    await given.clock.advance(leaseMs)
    expect(await take(app)).toHaveLength(1)
  })
})
