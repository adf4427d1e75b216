import { describe, expect, test } from 'vitest'
import type { PartState } from '../../model/publication.ts'
import { toBegunAttempt } from '../begin-attempt.ts'
import { cancel, confirm, edit, retry } from '../commands.ts'
import { nextStep } from '../next-step.ts'
import { stateFromAttempts } from '../part-state.ts'
import type { BeginAttempt, Conditions } from '../publishing-store.ts'
import { recordLookFailed } from '../record-look-failed.ts'
import type { AttemptOutcome } from '../record-outcome.ts'
import { answer, changed, follow, partOf, seen, told } from './drive.ts'
import { createMachine } from './machine.ts'
import {
  CONDITIONS,
  CONTAINER,
  closed,
  doubtful,
  HOUR_MS,
  inFlight,
  KEYED,
  LISTING,
  livePart,
  NOT_SENT,
  NOW,
  PROCESSING,
  prepared,
  publishing,
  REFUSED,
  reason,
  sampleAttempt,
  sampleBegin,
  samplePart,
  samplePublication,
  secondPart,
  withAbilities,
} from './sample-records.ts'

const DAY_MS = 24 * HOUR_MS
const unknown = { kind: 'unknown', reason } as const
const published: AttemptOutcome = { kind: 'published', externalId: 'x' }
const unused = { at: NOW, kind: 'unused', looked: null } as const
const paused: Partial<Conditions> = { holds: [{ reason: 'paused', scope: 'account', until: null, message: 'paused' }] }

test.each<[PartState, string, ReturnType<typeof sampleAttempt>[]]>([
  ['published', 'one is published', [sampleAttempt(), closed('published', { number: 2 })]],
  ['unknown', 'one is open beside a refusal', [sampleAttempt(), closed('refused', { number: 2 })]],
  [
    'processing',
    'one is processing beside one not sent',
    [sampleAttempt({ outcome: 'processing' }), closed('not_sent')],
  ],
  ['refused', 'all are closed and one was refused', [closed('refused'), closed('absent', { number: 2 })]],
  ['waiting', 'all are closed and none was refused', [closed('not_sent'), closed('absent', { number: 2 })]],
])('rule 1: a part is %s when %s', (state, _, attempts) => {
  expect(stateFromAttempts(samplePart({ state: 'unknown', attempts }), 1)).toBe(state)
})

test('rule 2: an unused handle proves nothing; one that ended does', () => {
  const looked = seen(doubtful({ preparation: prepared() }), { status: 'unused' }, CONTAINER)
  expect(partOf(looked.publication).attempts[0]?.verdict).toBeNull()
  const never = { ...CONTAINER, settledAfterMs: null }
  const canceled = { ...looked.publication, cancelRequestedAt: NOW }
  expect(nextStep(canceled, withAbilities(never), NOW + DAY_MS).do).toBe('look')
  expect(partOf(seen(doubtful(), { status: 'ended' }, CONTAINER).publication).attempts[0]?.verdict).toBe('absent')
})

test('rule 3: a repetition passes S2 from unknown, with a handle or key that outlives the call', () => {
  const until = (uploadsExpireAt: number) =>
    doubtful({ unusedAt: NOW, preparation: prepared(uploadsExpireAt), attempts: [sampleAttempt({ uploadsExpireAt })] })
  const begin = sampleBegin({ from: 'unknown' })
  expect(toBegunAttempt(until(NOW + 46_000), NOW, CONDITIONS, begin)).not.toBeNull()
  expect(toBegunAttempt(until(NOW + 45_000), NOW, CONDITIONS, begin)).toBeNull()
  expect(nextStep(until(NOW + 61_000), withAbilities(CONTAINER), NOW).do).toBe('publish')
  expect(nextStep(until(NOW + 60_000), withAbilities(CONTAINER), NOW).do).toBe('look')
  const sentAt = (startedAt: number) => doubtful({ attempts: [sampleAttempt({ startedAt })] })
  const keyEnd = NOW - HOUR_MS + 300_000 + 45_000
  expect(nextStep(sentAt(keyEnd + 1), withAbilities(KEYED), NOW).do).toBe('publish')
  expect(nextStep(sentAt(keyEnd), withAbilities(KEYED), NOW)).toMatchObject({ move: { kind: 'horizon' } })
})

test('rule 4: all attempts of a revision share a key, and another revision has another', async () => {
  const machine = createMachine('idempotency_key')
  const id = machine.add()
  machine.platform.fail('publish', { kind: 'accept_then_lose' })
  await machine.runFor(id, HOUR_MS)
  const keys = machine.platform.calls.filter(({ call }) => call === 'publish').map(({ key }) => key)
  expect(keys).toHaveLength(2)
  expect(new Set(keys).size).toBe(1)
  const other = machine.add()
  const content = { accountExternalId: 'ada', request: await requestOf(machine, other) }
  const parts = [{ ...partOf(machine.store.read(other)), fingerprint: 'print-2' }]
  const revision = { revision: 2, revisionHash: 'hash-2', leadMs: 0, parts }
  machine.store.command(other, (publication, now) => edit(publication, now, 'ann', revision).change ?? null, [content])
  await machine.runFor(other, HOUR_MS)
  expect(new Set(machine.platform.allPosts().map(({ key }) => key)).size).toBe(2)
})

const requestOf = async (machine: ReturnType<typeof createMachine>, id: Parameters<typeof machine.store.read>[0]) => {
  const { agencyId } = machine.store.read(id)
  return (await machine.store.readContent({ agencyId, publicationId: id }, { revision: 1, partIndex: 0 })).request
}

test('rule 5: S2 and state moves compare the version that was seen; commands and results raise it', async () => {
  const machine = createMachine('synchronous')
  const id = machine.add()
  const { agencyId, version } = machine.store.read(id)
  const key = { agencyId, publicationId: id }
  const claim = await machine.store.claim(key, { owner: 'one', leaseMs: 60_000 })
  if (!claim || 'busyForMs' in claim) throw new Error('not claimed')
  machine.store.command(id, (publication, now) => cancel(publication, now, 'ann', false).change)
  expect(machine.store.read(id).version).toBe(version + 1)
  expect(await machine.store.beginAttempt(sampleBegin({ key, fence: claim.fence, version }))).toBeNull()
  expect(await machine.store.change(key, { fence: claim.fence, version }, () => null)).toBeNull()
  expect(toBegunAttempt(samplePublication({ version: 2 }), NOW, CONDITIONS, sampleBegin())).toBeNull()
})

describe('rule 6: S2 does not begin', () => {
  test.each<[string, Parameters<typeof samplePublication>[0], Partial<Conditions>, Partial<BeginAttempt>]>([
    ['for another version', { version: 2 }, {}, {}],
    ['for another revision', { revision: 2 }, {}, {}],
    ['without approval', { approval: 'required' }, {}, {}],
    ['with the approval of another revision', { approval: 'required', approvedHash: 'hash-0' }, {}, {}],
    ['before it is due', { dueAt: NOW + 1 }, {}, {}],
    ['after a cancel request', { cancelRequestedAt: NOW }, {}, {}],
    ['while paused', {}, paused, {}],
    ['without a connection', {}, { connection: 'reconnect' }, {}],
    ['when it has ended', { state: 'canceled' }, {}, {}],
    ['while something is open', { parts: [samplePart({ attempts: [sampleAttempt()] })] }, {}, {}],
    ['beside an open look-alike', {}, { lookAlikes: [samplePart().id] }, {}],
    [
      'with a handle that ends before the call',
      { parts: [samplePart({ preparation: prepared(NOW + 45_000) })] },
      {},
      {},
    ],
    ['from a state that the part has left', { parts: [samplePart({ state: 'published' })] }, {}, {}],
  ])('%s', (_, publication, conditions, begin) => {
    const at = { ...CONDITIONS, ...conditions }
    expect(toBegunAttempt(samplePublication(publication), NOW, at, sampleBegin(begin))).toBeNull()
  })

  test('but when nothing speaks against it, also beside what was overridden', () => {
    const parts = [samplePart({ preparation: prepared(), attempts: [sampleAttempt({ overridden: true })] })]
    expect(toBegunAttempt(samplePublication({ parts }), NOW, CONDITIONS, sampleBegin())).not.toBeNull()
  })
})

test('rule 7: after a lost answer of S2 another fence sends nothing', async () => {
  const machine = createMachine('synchronous', {
    wrapStore: (store) => ({
      ...store,
      beginAttempt: async (begin) => {
        await store.beginAttempt(begin)
        machine.clock.advance(61_000)
        await store.claim(begin.key, { owner: 'another', leaseMs: 60_000 })
        throw new Error('the connection was lost')
      },
    }),
  })
  const id = machine.add()
  await machine.advance(id)
  expect(partOf(machine.store.read(id)).attempts).toHaveLength(1)
  expect(machine.platform.calls.filter(({ call }) => call === 'publish')).toEqual([])
})

test('rule 8: a result touches only its own attempt, and wakes', () => {
  const two = doubtful({ attempts: [sampleAttempt(), sampleAttempt({ number: 2 })] })
  const change = changed(answer(two, REFUSED, LISTING, { attempt: 1 }))
  expect(partOf(change.publication).attempts.map(({ verdict }) => verdict)).toEqual(['refused', null])
  expect(change.wakeAt).toBe(0)
  const over = publishing({ attempts: [closed('absent')] })
  expect(answer(over, REFUSED, LISTING)).toBeNull()
  expect(answer(over, unknown, LISTING)).toBeNull()
  expect(told(changed(answer(over, published, LISTING))).parts).toEqual(['published'])
  const processing = publishing({ state: 'processing', attempts: [sampleAttempt({ outcome: 'processing' })] })
  expect(answer(processing, unknown, PROCESSING)).toBeNull()
})

test('rule 8: an id that a stale `published` brings is bound to a part that lacks it', () => {
  const nameless = samplePublication({ state: 'published', parts: [livePart({ externalId: null })] })
  const change = changed(answer(nameless, published, LISTING))
  expect(partOf(change.publication)).toMatchObject({ state: 'published', externalId: 'x' })
})

test('rule 9: canceled and missed need every attempt closed and no live part; latestBy stops no repetition', () => {
  const late = { latestBy: NOW }
  const thread = samplePublication({ state: 'publishing', parts: [livePart(), secondPart()] })
  expect(cancel(thread, NOW, 'ann', false)).toMatchObject({
    result: 'too_late',
    change: { publication: { state: 'incomplete' } },
  })
  expect(nextStep({ ...thread, ...late }, withAbilities(LISTING), NOW).do).toBe('publish')
  const repeated = publishing({ state: 'unknown', unusedAt: NOW, attempts: [sampleAttempt()] }, late)
  expect(nextStep(repeated, withAbilities(CONTAINER), NOW)).toMatchObject({ do: 'publish', from: 'unknown' })
  expect(nextStep(doubtful(), withAbilities(LISTING), NOW + DAY_MS).do).toBe('look')
})

test('rule 9: a cancel answers what asks beside a live part although nothing is open', () => {
  const parts = [livePart(), secondPart({ state: 'needs_attention' })]
  const { change } = cancel(samplePublication({ state: 'needs_attention', parts }), NOW, 'ann', false)
  expect(changed(change).publication.state).toBe('incomplete')
})

test('rule 10: an attempt keeps its own uploads when an edit drops the unused ones', () => {
  const attempt = closed('not_sent', { uploads: { handle: 'h1' } })
  const ready = samplePublication({
    state: 'ready',
    parts: [samplePart({ preparation: prepared(), attempts: [attempt] })],
  })
  const parts = [samplePart({ fingerprint: 'print-2', attempts: [attempt] })]
  const change = changed(edit(ready, NOW, 'ann', { revision: 2, revisionHash: 'h', leadMs: 0, parts }).change)
  expect(partOf(change.publication).attempts[0]?.uploads).toEqual({ handle: 'h1' })
  expect(nextStep(change.publication, withAbilities(CONTAINER), NOW)).toMatchObject({ move: { transition: 3 } })
  const open = publishing({ attempts: [sampleAttempt({ overridden: true })] })
  expect(edit(open, NOW, 'ann', { revision: 2, revisionHash: 'h', leadMs: 0, parts }).refused?.code).toBe('too_late')
})

test('rule 11: cancel is canceled, kept, or too late', () => {
  const open = publishing({ state: 'publishing', attempts: [inFlight()] })
  expect(cancel(samplePublication(), NOW, 'ann', true).result).toBe('canceled')
  expect(cancel(open, NOW, 'ann', false).result).toBe('in_flight')
  expect(cancel(open, NOW, 'ann', true).result).toBe('too_late')
  expect(cancel(samplePublication({ state: 'published', parts: [livePart()] }), NOW, 'ann', false).result).toBe(
    'too_late',
  )
})

describe('rule 12', () => {
  test('a candidate is no evidence while another attempt may own it', () => {
    const find = { status: 'found', externalId: 'x' } as const
    expect(told(seen(doubtful(), find, LISTING, { rivals: 1 })).parts).toEqual(['unknown'])
    expect(told(seen(doubtful(), find, LISTING, { rivals: 0 })).parts).toEqual(['published'])
  })

  test.each<[string, PartState, Parameters<typeof sampleAttempt>[0], number]>([
    ['publishing', 'publishing', { outcome: 'open' }, 1],
    ['unknown', 'unknown', {}, 1],
    ['processing without a bound id', 'processing', { outcome: 'processing' }, 1],
    ['asking a person', 'needs_attention', {}, 1],
    ['overridden', 'waiting', { overridden: true }, 1],
    ['given up', 'given_up', {}, 1],
    ['published without an id', 'published', { outcome: 'closed', verdict: 'published' }, 1],
    ['asking although nothing is open', 'needs_attention', { outcome: 'closed', verdict: 'not_sent' }, 0],
  ])('what is %s may own it, if an attempt of it may', async (_, state, attempt, rivals) => {
    const machine = createMachine('synchronous')
    const [mine, other] = [machine.add(), machine.add()]
    const attempts = [sampleAttempt(attempt)]
    machine.store.command(other, (publication) => ({
      publication: { ...publication, parts: [{ ...partOf(publication), state, attempts }] },
      events: [],
      wakeAt: null,
    }))
    const key = { agencyId: machine.store.read(mine).agencyId, publicationId: mine }
    expect((await machine.store.readRivals(key, { partIndex: 0, since: 0 })).rivals).toBe(rivals)
  })

  test('a rival that begins while a look is under way is seen', async () => {
    let during: (() => Promise<unknown>) | undefined
    const machine = createMachine('synchronous', {
      wrapAdapter: (adapter) => ({
        ...adapter,
        findPublished: async (attempt, context) => {
          await during?.()
          during = undefined
          return adapter.findPublished?.(attempt, context) ?? { status: 'not_yet', looked: '' }
        },
      }),
    })
    const lost = machine.add()
    machine.platform.fail('publish', { kind: 'lose_before' })
    await machine.runFor(lost, 2 * HOUR_MS)
    expect(machine.store.read(lost).state).toBe('needs_attention')
    const rival = machine.add()
    machine.platform.fail('publish', { kind: 'accept_then_lose' })
    during = () => machine.settle(rival)
    await machine.advance(lost, { look: 'now' })
    expect(machine.platform.posts()).toHaveLength(1)
    expect(machine.store.read(lost).state).toBe('needs_attention')
    expect(machine.store.read(rival).state).toBe('publishing')
  })
})

test('rule 13: only an answered look begun after the horizon ends it; failing ones are a hold for a day', () => {
  const look = (begunAt: number) =>
    told(seen(doubtful(), { status: 'not_yet', looked: '' }, LISTING, { begunAt })).parts
  expect(look(NOW + 298_999)).toEqual(['unknown'])
  expect(look(NOW + 299_000)).toEqual(['needs_attention'])
  const fail = (lookFailingSince: number) =>
    changed(recordLookFailed(doubtful({ lookFailingSince }), NOW, { part: 0, reason }))
  expect(fail(NOW - DAY_MS + 1).publication).toMatchObject({ state: 'publishing', hold: { reason: 'look_failing' } })
  expect(fail(NOW - DAY_MS).publication).toMatchObject({ state: 'needs_attention', hold: null })
})

test('rule 14: what asks is looked at hourly for a day, then daily; advance is done only when nothing is open', async () => {
  const machine = createMachine('synchronous')
  const id = machine.add()
  machine.platform.fail('publish', { kind: 'lose_before' })
  await machine.runFor(id, HOUR_MS)
  const looks = () => machine.platform.calls.filter(({ call }) => call === 'findPublished').length
  const before = looks()
  await machine.runFor(id, DAY_MS)
  expect(looks() - before).toBeGreaterThanOrEqual(22)
  const afterADay = looks()
  await machine.runFor(id, 7 * DAY_MS)
  expect(looks() - afterADay).toBeLessThanOrEqual(9)
  expect(looks() - afterADay).toBeGreaterThanOrEqual(6)
  expect((await machine.advance(id)).done).toBeUndefined()
  const post = machine.platform.postByHand({ accountExternalId: 'ada', text: 'First light' })
  await machine.advance(id, { look: 'now' })
  expect(machine.store.read(id).parts[0]?.externalId).toBe(post)
  expect((await machine.settle(id)).done).toBe(true)
})

test('rule 14: a published part without an id is looked for at the adapter’s intervals first', () => {
  const publication = publishing({ state: 'publishing', attempts: [inFlight()] })
  const change = changed(answer(publication, { kind: 'published' }, LISTING))
  expect(nextStep(change.publication, withAbilities(LISTING), NOW + 5_000)).toEqual({ do: 'look', part: 0 })
  const looked = seen(change.publication, { status: 'not_yet', looked: '' }, LISTING, { begunAt: NOW + 5_000 })
  expect(partOf(looked.publication).nextLookAt).toBe(NOW + 15_000)
})

test('rule 15: an overridden attempt blocks nothing, counts as open, and a refusal after it asks', () => {
  const change = changed(retry(doubtful({ state: 'needs_attention' }), NOW, 'ann').change)
  const again = { ...change.publication, parts: change.publication.parts }
  expect(nextStep(again, withAbilities(LISTING), NOW).do).toBe('publish')
  const attempts = [sampleAttempt({ overridden: true }), inFlight({ number: 2 })]
  expect(told(changed(answer(publishing({ state: 'publishing', attempts }), REFUSED, LISTING))).parts).toEqual([
    'needs_attention',
  ])
  expect(told(changed(answer(publishing({ state: 'publishing', attempts }), NOT_SENT, LISTING))).parts).toEqual([
    'waiting',
  ])
})

test('rule 16: while a handle is alive neither send again nor give up is offered, but confirm is', () => {
  const alive = doubtful({ state: 'needs_attention', attempts: [sampleAttempt({ evidence: [unused] })] })
  const asking = { ...alive, state: 'needs_attention' as const }
  expect(retry(asking, NOW, 'ann').refused?.code).toBe('handle_alive')
  expect(confirm(asking, NOW, 'ann', { externalId: 'x' }).change?.publication.state).toBe('published')
})

test('rule 17: a processing deadline is told and asking goes on; a forgotten handle is unknown', async () => {
  const machine = createMachine('no_id')
  machine.platform.setProcessing(HOUR_MS)
  const id = machine.add()
  await machine.runFor(id, HOUR_MS - 60_000)
  expect(machine.store.read(id).parts[0]?.state).toBe('processing')
  expect(machine.store.events.filter(({ type }) => type === 'publication.slow')).toHaveLength(1)
  expect((await machine.runFor(id, HOUR_MS)).state).toBe('published')
})

test('rule 18: a part waits for its parent’s id until the horizon, also where nothing can be looked up', () => {
  const parent = livePart({ externalId: null })
  const thread = samplePublication({ state: 'publishing', parts: [parent, secondPart({ parentWaitSince: NOW })] })
  const blind = withAbilities({ ...LISTING, finds: false })
  expect(nextStep(thread, blind, NOW)).toMatchObject({ do: 'wait', hold: { reason: 'parent_id' } })
  expect(told(follow(thread, blind, NOW + 300_001)).parts).toEqual(['published', 'needs_attention'])
})

test('rule 19: no look begins before the attempt has ended, and a late answer counts before it', () => {
  const publication = publishing({ state: 'publishing', nextLookAt: NOW, attempts: [inFlight()] })
  expect(nextStep(publication, withAbilities(LISTING), NOW + 59_999).do).toBe('wait')
  expect(nextStep(publication, withAbilities(LISTING), NOW + 60_000)).toMatchObject({ move: { kind: 'lease_over' } })
})

test('rule 21: a late result that contradicts an end is an alarm, and the truth is shown', () => {
  for (const state of ['canceled', 'missed', 'refused'] as const) {
    const ended = samplePublication({ state, parts: [samplePart({ attempts: [closed('absent')] })] })
    expect(nextStep(ended, withAbilities(LISTING), NOW)).toEqual({ do: 'done' })
    const change = changed(answer(ended, published, LISTING))
    expect(change.publication.state).toBe('published')
    expect(change.events.map(({ type }) => type)).toContain('publication.contradicted')
  }
  const calm = changed(answer(publishing({ state: 'publishing', attempts: [inFlight()] }), published, LISTING))
  expect(calm.events.map(({ type }) => type)).not.toContain('publication.contradicted')
})

test('rule 22: results, cancel, latestBy, holds, then the step; it wakes at the earlier of hold and latestBy', () => {
  const at = withAbilities(LISTING, paused)
  const everything = { cancelRequestedAt: NOW, latestBy: NOW }
  const flying = publishing({ state: 'publishing', attempts: [inFlight({ leaseUntil: NOW })] }, everything)
  expect(nextStep(flying, at, NOW)).toMatchObject({ move: { kind: 'lease_over' } })
  expect(nextStep(publishing({}, everything), at, NOW)).toMatchObject({ move: { state: 'canceled' } })
  expect(nextStep(publishing({}, { latestBy: NOW }), at, NOW)).toMatchObject({ move: { state: 'missed' } })
  expect(nextStep(publishing({}), at, NOW)).toMatchObject({ do: 'wait', until: NOW + 6 * HOUR_MS })
  expect(nextStep(publishing({}), withAbilities(LISTING), NOW).do).toBe('publish')
})
