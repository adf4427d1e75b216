import { expect, test } from 'vitest'
import type { PublicationState } from '../model/publication.ts'
import { cancel, confirm, requestRemoval } from './commands.ts'
import { changed, follow } from './proof/drive.ts'
import {
  closed,
  inFlight,
  LISTING,
  livePart,
  NOW,
  publishing,
  sampleAttempt,
  samplePublication,
  secondPart,
  withAbilities,
} from './proof/sample-records.ts'
import type { Change } from './publishing-store.ts'
import { type AttemptOutcome, recordOutcome } from './record-outcome.ts'

const published: AttemptOutcome = { kind: 'published', externalId: 'x' }
const reason = { code: 'not_accepted', message: 'no' }
const notSent: AttemptOutcome = { kind: 'not_sent', reason, passing: { notBefore: null, hold: null } }
const types = (change: Change) => change.events.map(({ type }) => type)
const inFlightWithCancel = () => publishing({ state: 'publishing', attempts: [inFlight()] }, { cancelRequestedAt: NOW })
const answered = (before: ReturnType<typeof samplePublication>, outcome: AttemptOutcome, part = 0) =>
  changed(recordOutcome(before, NOW + 1, { part, attemptId: 'attempt-1', outcome, request: null, abilities: LISTING }))

test('rule 11: a kept cancel that came too late is told by an event of its own, with what is left to do', () => {
  const change = answered(inFlightWithCancel(), published)
  expect(types(change)).toContain('publication.published')
  expect(change.events.find(({ type }) => type === 'publication.canceled_too_late')).toEqual({
    type: 'publication.canceled_too_late',
    by: 'platform',
    reason: { code: 'too_late', message: expect.stringContaining('remove') },
    details: { from: 'publishing', to: 'published', cancelRequestedAt: NOW, transition: 31 },
  })
})

test('a kept cancel that stopped the rest of a thread was too late for what is live', () => {
  const thread = samplePublication({
    state: 'publishing',
    cancelRequestedAt: NOW,
    parts: [livePart(), secondPart({ state: 'publishing', attempts: [inFlight()] })],
  })
  const change = answered(thread, notSent, 1)
  expect(types(change)).not.toContain('publication.canceled_too_late')
  const stopped = follow(change.publication, withAbilities(LISTING), NOW + 2)
  expect(stopped.publication.state).toBe('incomplete')
  expect(types(stopped)).toContain('publication.canceled_too_late')
})

test('a person who confirms the post tells that the cancel was too late', () => {
  const asking = publishing({ state: 'needs_attention', attempts: [sampleAttempt()] }, { cancelRequestedAt: NOW })
  const { change } = confirm(asking, NOW, 'ann', { externalId: 'x' })
  expect(change && types(change)).toContain('publication.canceled_too_late')
})

test.each<[string, PublicationState, () => Change]>([
  [
    'nothing was canceled',
    'published',
    () => answered(publishing({ state: 'publishing', attempts: [inFlight()] }), published),
  ],
  [
    'the cancel was in time',
    'canceled',
    () => follow(answered(inFlightWithCancel(), notSent).publication, withAbilities(LISTING)),
  ],
  [
    'the answer of cancel said it already',
    'incomplete',
    () => {
      const live = samplePublication({ state: 'publishing', parts: [livePart(), secondPart()] })
      return changed(cancel(live, NOW, 'ann', false).change)
    },
  ],
  [
    'it was stopped by a removal, which takes it down',
    'incomplete',
    () => {
      const live = samplePublication({ state: 'publishing', parts: [livePart(), secondPart()] })
      return follow(changed(requestRemoval(live, NOW, 'ann').change).publication, withAbilities(LISTING))
    },
  ],
  [
    'it was told before',
    'published',
    () => {
      const delivered = samplePublication({
        state: 'delivered',
        cancelRequestedAt: NOW,
        parts: [livePart({ state: 'delivered', externalId: null, attempts: [closed('delivered')] })],
      })
      return answered(delivered, published)
    },
  ],
])('no canceled_too_late when %s', (_, state, make) => {
  const change = make()
  expect(change.publication.state).toBe(state)
  expect(types(change)).not.toContain('publication.canceled_too_late')
})
