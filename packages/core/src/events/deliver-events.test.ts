import { beforeEach, describe, expect, test } from 'vitest'
import { createHandClock } from '../engine/hand-clock.test-support.ts'
import type { AgencyId, EventId } from '../model/ids.ts'
import type { Publication } from '../publications/publications.ts'
import { createEventDelivery } from './deliver-events.ts'
import type { Consumer, Delivery, EventStore } from './event-store.ts'

const agencyId = 'agency' as AgencyId
const app: Consumer = { name: 'app', pattern: 'publication.*' }
const turns = async (count = 20): Promise<void> => {
  for (let index = 0; index < count; index += 1) await new Promise<void>((resolve) => setImmediate(resolve))
}

interface Row {
  readonly delivery: Delivery
  runAt: number
  leaseUntil: number
  failures: number
  parked: boolean
}

/** A queue in memory that keeps to the port, and a clock that stands still. */
function createRig() {
  const clock = createHandClock()
  const rows = new Map<string, Row>()
  const logged: { readonly message: string }[] = []
  const registered: Consumer[] = []
  let takes = 0
  let away = false
  const store: EventStore = {
    async register(_agencyId, consumer) {
      registered.push(consumer)
    },
    async tell() {},
    async take(_agencyId, consumers, { limit, leaseMs }) {
      takes += 1
      if (away) throw new Error('connect ECONNREFUSED')
      const due = [...rows.values()].filter(
        (row) =>
          !row.parked &&
          row.runAt <= clock.now() &&
          row.leaseUntil <= clock.now() &&
          consumers.some(
            ({ name, pattern }) => name === row.delivery.consumer.name && pattern === row.delivery.consumer.pattern,
          ),
      )
      const taken = due.slice(0, limit)
      for (const row of taken) row.leaseUntil = clock.now() + leaseMs
      return taken.map((row) => ({ ...row.delivery, failures: row.failures }))
    },
    async finish(_agencyId, id) {
      rows.delete(id)
    },
    async fail(_agencyId, id, { retryAfterMs }) {
      const row = rows.get(id)
      if (!row) return
      row.failures += 1
      row.leaseUntil = 0
      row.runAt = clock.now() + (retryAfterMs ?? 0)
      row.parked = retryAfterMs === null
    },
  }
  const createDelivery = (more: { readonly forwardAlerts?: (agency: AgencyId) => Promise<void> } = {}) =>
    createEventDelivery({
      ...more,
      store,
      readPublication: async (_agencyId, id) => (id === 'gone' ? null : ({ id } as Publication)),
      readAccount: async () => null,
      monotonic: clock.now,
      after: clock.after,
      log: (entry) => void logged.push(entry),
    })
  return {
    rows,
    logged,
    registered,
    createDelivery,
    takes: () => takes,
    setAway(value: boolean) {
      away = value
    },
    add(id: string, consumer = app, subject = `publication of ${id}`) {
      const event = {
        id: id as EventId,
        type: 'publication.published',
        at: clock.now(),
        subject: { kind: 'publication' as const, id: subject },
        partIndex: null,
        reason: null,
        details: {},
        by: 'engine',
      }
      rows.set(id, {
        delivery: { id, consumer, event, failures: 0 },
        runAt: clock.now(),
        leaseUntil: 0,
        failures: 0,
        parked: false,
      })
    },
    setNow: clock.set,
    async passTime(ms: number) {
      clock.move(ms)
      await turns()
    },
  }
}

describe('delivering events', () => {
  let rig: ReturnType<typeof createRig>
  beforeEach(() => {
    rig = createRig()
  })

  test('hands each event out once, and asks the queue once a second', async () => {
    const told: string[] = []
    const delivery = rig.createDelivery()
    await delivery.on(agencyId, app, (event) => void told.push(event.id))
    for (let index = 0; index < 120; index += 1) rig.add(`e${index}`)
    delivery.start()
    await turns(200)
    expect(told).toHaveLength(120)
    expect(new Set(told).size).toBe(120)
    const before = rig.takes()
    for (let ms = 0; ms < 10_000; ms += 100) await rig.passTime(100)
    expect(rig.takes() - before).toBeLessThanOrEqual(11)
  })

  test('repeats what throws with growing pauses, and parks it after ten', async () => {
    const at: number[] = []
    let now = 0
    const delivery = rig.createDelivery()
    await delivery.on(agencyId, app, () => {
      at.push(now)
      throw new TypeError('CANARY-in-a-message')
    })
    rig.add('e')
    delivery.start()
    for (; now < 3_600_000; now += 1_000) {
      if (now > 0) await rig.passTime(1_000)
      else await turns()
      if (rig.rows.get('e')?.parked) break
    }
    expect(at).toHaveLength(10)
    const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0))
    expect(pauses.every((pause, index) => index === 0 || pause > (pauses[index - 1] ?? 0))).toBe(true)
    expect(JSON.stringify(rig.logged)).not.toContain('CANARY')
    await rig.passTime(3_600_000)
    expect(at).toHaveLength(10)
  })

  test('asks the ledger for alerts now and then, and only where somebody wants them', async () => {
    const asked: string[] = []
    const forwardAlerts = async (agency: AgencyId) => void asked.push(agency)
    const delivery = rig.createDelivery({ forwardAlerts })
    await delivery.on(agencyId, app, () => undefined)
    await delivery.on('other' as AgencyId, { name: 'app', pattern: 'budget.*' }, () => undefined)
    delivery.start()
    await turns()
    for (let ms = 0; ms < 20_000; ms += 1_000) await rig.passTime(1_000)
    expect(new Set(asked)).toEqual(new Set(['other']))
    expect(asked.length).toBeGreaterThanOrEqual(4)
    expect(asked.length).toBeLessThanOrEqual(5)
  })

  test('a ledger that cannot be asked keeps no event', async () => {
    const told: string[] = []
    const delivery = rig.createDelivery({ forwardAlerts: () => Promise.reject(new Error('away')) })
    await delivery.on(agencyId, { name: 'app', pattern: '*' }, (event) => void told.push(event.id))
    rig.add('e', { name: 'app', pattern: '*' })
    await delivery.deliverDue(1_000)
    expect(told).toEqual(['e'])
    expect(rig.logged).toHaveLength(1)
  })

  test('a handler that throws does not keep the next event', async () => {
    const told: string[] = []
    const delivery = rig.createDelivery()
    await delivery.on(agencyId, app, (event) => {
      if (event.id === 'bad') throw new Error('no')
      told.push(event.id)
    })
    rig.add('bad')
    rig.add('good')
    await delivery.deliverDue(1_000)
    expect(told).toEqual(['good'])
  })

  test('calls all handlers of one name and pattern', async () => {
    const told: string[] = []
    const delivery = rig.createDelivery()
    await delivery.on(agencyId, app, () => void told.push('first'))
    const stop = await delivery.on(agencyId, app, () => void told.push('second'))
    rig.add('e1')
    await delivery.deliverDue(1_000)
    stop()
    rig.add('e2')
    await delivery.deliverDue(1_000)
    expect(told).toEqual(['first', 'second', 'first'])
  })

  test('two processes share a queue: each event is handled by one of them', async () => {
    const told: string[] = []
    const deliveries = [rig.createDelivery(), rig.createDelivery()]
    for (const delivery of deliveries)
      await delivery.on(agencyId, app, async (event) => {
        await turns(1)
        told.push(event.id)
      })
    for (let index = 0; index < 150; index += 1) rig.add(`e${index}`)
    await Promise.all(deliveries.map((delivery) => delivery.deliverDue(60_000)))
    expect(told.toSorted()).toEqual([...new Set(told)].toSorted())
    expect(told).toHaveLength(150)
  })

  test('slow handlers do not lose their lease to another process', async () => {
    const told: string[] = []
    const [mine, other] = [rig.createDelivery(), rig.createDelivery()]
    let now = 0
    await mine.on(agencyId, app, async (event) => {
      now += 12_000
      rig.setNow(now)
      await other.deliverDue(1_000)
      told.push(event.id)
    })
    await other.on(agencyId, app, (event) => void told.push(event.id))
    for (let index = 0; index < 20; index += 1) rig.add(`e${index}`)
    await mine.deliverDue(600_000)
    for (let round = 0; round < 20; round += 1) {
      now += 60_000
      rig.setNow(now)
      await mine.deliverDue(600_000)
    }
    expect(told).toHaveLength(20)
    expect(new Set(told).size).toBe(20)
  })

  test('tells what the last steps did before it has stopped, and leaves a backlog to the next process', async () => {
    const told: string[] = []
    let now = 0
    let end = (): void => undefined
    const delivery = rig.createDelivery()
    await delivery.on(agencyId, app, async (event) => {
      if (told.length === 0)
        await new Promise<void>((resolve) => {
          end = resolve
        })
      now += 900
      rig.setNow(now)
      told.push(event.id)
    })
    rig.add('e')
    delivery.start()
    await turns()
    const stopping = delivery.stop(60_000)
    for (let index = 0; index < 10; index += 1) rig.add(`last ${index}`)
    end()
    await stopping
    await turns()
    expect(told).toEqual(['e', 'last 0', 'last 1'])
    await rig.passTime(120_000)
    expect(told).toHaveLength(3)
  })

  test('stops after its grace although a handler hangs', async () => {
    const delivery = rig.createDelivery()
    await delivery.on(agencyId, app, () => new Promise<void>(() => undefined))
    rig.add('e')
    delivery.start()
    await turns()
    const stopping = delivery.stop(5_000)
    await rig.passTime(5_000)
    await expect(stopping).resolves.toBeUndefined()
    expect(rig.rows.size).toBe(1)
  })

  test('keeps to the time of a tick, and hands out something in each', async () => {
    const told: string[] = []
    let now = 0
    const delivery = rig.createDelivery()
    await delivery.on(agencyId, app, (event) => {
      now += 400
      rig.setNow(now)
      told.push(event.id)
    })
    for (let index = 0; index < 10; index += 1) rig.add(`e${index}`)
    await delivery.deliverDue(1_000)
    expect(told).toHaveLength(3)
    now += 60_000
    rig.setNow(now)
    await delivery.deliverDue(-5)
    expect(told).toHaveLength(4)
  })

  test('goes on when the database was away', async () => {
    const told: string[] = []
    const delivery = rig.createDelivery()
    await delivery.on(agencyId, app, (event) => void told.push(event.id))
    rig.add('e')
    rig.setAway(true)
    delivery.start()
    await rig.passTime(3_000)
    expect(told).toEqual([])
    rig.setAway(false)
    await rig.passTime(1_000)
    expect(told).toEqual(['e'])
  })

  test('finishes an event whose subject is gone', async () => {
    const told: string[] = []
    const delivery = rig.createDelivery()
    await delivery.on(agencyId, app, (event) => void told.push(event.id))
    rig.add('e', app, 'gone')
    await delivery.deliverDue(1_000)
    expect([told, rig.rows.size]).toEqual([[], 0])
  })
})
