import { createFixedClock, type Emulator } from '@ofm-social/core/testing'
import { afterEach, expect, test } from 'vitest'
import { startInstagramEmulator } from './instagram-emulator.ts'

let emulator: Emulator | undefined
afterEach(() => emulator?.close())

test('names every switch that there is not, and every value that one cannot have', async () => {
  const given = {
    typo: 1,
    republish: 'typo',
    quotaTotal: '5',
    codeLifeMs: -1,
    businessOnly: 'Dana Person',
    deauthorizeUrl: 'app.example',
    accountStates: { ada_demo: 'banned' },
  }
  await expect(startInstagramEmulator({ now: createFixedClock().now, ...given } as never)).rejects.toThrow(
    [
      'The emulator of Instagram has no switch typo',
      'wants republish to be not_found or same_media',
      'wants quotaTotal to be a number',
      'wants codeLifeMs to be a number',
      'wants businessOnly to be a list of texts',
      'wants deauthorizeUrl to be an http or https URL',
      'wants accountStates to be by name: restricted or checkpointed.',
    ].join(', and '),
  )
})

test('switches are set from outside, all or none, until the reset', async () => {
  emulator = await startInstagramEmulator({ now: createFixedClock().now, quotaTotal: 25 })
  const url = `${emulator.url}/_emulator/switches`
  const set = async (switches: unknown) => {
    const answer = await fetch(url, { method: 'POST', body: JSON.stringify(switches) })
    return { status: answer.status, json: Object(await answer.json()) }
  }
  const read = async () => Object(await (await fetch(url)).json())
  expect((await set({ republish: 'same_media' })).json).toMatchObject({ republish: 'same_media', quotaTotal: 25 })
  const refused = await set({ quotaTotal: 100, republish: 'typo' })
  expect([refused.status, refused.json.problems]).toEqual([
    400,
    [{ path: '', problem: 'The emulator of Instagram wants republish to be not_found or same_media.' }],
  ])
  expect((await set(7)).status).toBe(400)
  expect(await read()).toMatchObject({ republish: 'same_media', quotaTotal: 25 })
  await set({ login: 'facebook' })
  expect(emulator.credentials().accounts.map(({ username }) => username)).not.toContain('ada_demo')
  emulator.reset()
  expect(await read()).toMatchObject({ republish: 'not_found', quotaTotal: 25, login: 'both' })
})
