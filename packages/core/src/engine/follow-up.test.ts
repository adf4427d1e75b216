import { expect, test } from 'vitest'
import { createFollowUp } from './follow-up.ts'

/** What follows, and what it was told to do. */
function createRig() {
  const told: string[] = []
  const listen = (name: string) => ({
    start: () => void told.push(`${name} start`),
    wake: () => void told.push(`${name} wake`),
    stop: async (graceMs: number) => void told.push(`${name} stop ${graceMs}`),
  })
  const events = { ...listen('events'), on: async () => () => undefined, deliverDue: async () => undefined }
  return { told, followUp: createFollowUp({ events, spendingLoop: listen('spending') }) }
}

test('goes on until the last who wants it lets go, in whichever order', async () => {
  const { told, followUp } = createRig()
  const [workers, app] = [{}, {}]
  followUp.start(app)
  followUp.start(workers)
  told.length = 0
  await followUp.stop(workers, 5_000)
  expect(told).toEqual([])
  await followUp.stop(app, 5_000)
  expect(told).toEqual(['spending stop 5000', 'events stop 5000'])
})

test('who lets go twice, or never wanted it, ends it for nobody', async () => {
  const { told, followUp } = createRig()
  const [workers, app] = [{}, {}]
  followUp.start(app)
  followUp.start(workers)
  told.length = 0
  await followUp.stop(workers, 5_000)
  await followUp.stop(workers, 5_000)
  await followUp.stop({}, 5_000)
  expect(told).toEqual([])
})

test('a step wakes both', () => {
  const { told, followUp } = createRig()
  followUp.start({})
  told.length = 0
  followUp.wake()
  expect(told).toEqual(['spending wake', 'events wake'])
})
