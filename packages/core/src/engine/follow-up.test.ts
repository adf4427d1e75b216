import { expect, test } from 'vitest'
import { createFollowUp } from './follow-up.ts'

/** What follows, wanted by an app and by workers, and what it was told since. */
function createRig() {
  const told: string[] = []
  const listen = (name: string) => ({
    start: () => void told.push(`${name} start`),
    wake: () => void told.push(`${name} wake`),
    stop: async (graceMs: number) => void told.push(`${name} stop ${graceMs}`),
  })
  const events = { ...listen('events'), on: async () => () => undefined, deliverDue: async () => undefined }
  const followUp = createFollowUp({ events, spendingLoop: listen('spending') })
  const [app, workers] = [{}, {}]
  followUp.start(app)
  followUp.start(workers)
  told.length = 0
  return { told, followUp, app, workers }
}

test('goes on until the last who wants it lets go', async () => {
  const { told, followUp, app, workers } = createRig()
  await followUp.stop(workers, 5_000)
  expect(told).toEqual([])
  await followUp.stop(app, 5_000)
  expect(told).toEqual(['spending stop 5000', 'events stop 5000'])
})

test('who lets go twice, or never wanted it, ends it for nobody', async () => {
  const { told, followUp, workers } = createRig()
  await followUp.stop(workers, 5_000)
  await followUp.stop(workers, 5_000)
  await followUp.stop({}, 5_000)
  expect(told).toEqual([])
})

test('a step wakes both', () => {
  const { told, followUp } = createRig()
  followUp.wake()
  expect(told).toEqual(['spending wake', 'events wake'])
})
