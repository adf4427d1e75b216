import { createFixedClock } from '@ofm-social/core/testing'
import { startXEmulator, type XEmulatorSwitches } from '@ofm-social/platform-x/emulator'
import { expect, test } from 'vitest'
import { runProbes } from '../run-probes.ts'
import { postProbes } from './post-probes.ts'
import { createXProbeApi } from './probe-api.ts'

async function ask(name: string, switches: XEmulatorSwitches) {
  const clock = createFixedClock()
  const emulator = await startXEmulator({ now: clock.now, ...switches })
  try {
    const accessToken = emulator.credentials().accounts[0]?.accessToken ?? ''
    const sleep = async (ms: number) => void clock.advance(ms)
    const api = createXProbeApi({ baseUrl: emulator.url, accessToken, sleep, runName: 'r1' })
    const findings = await runProbes(
      postProbes.filter((probe) => probe.name === name),
      api,
    )
    expect(JSON.stringify(findings)).not.toContain(accessToken)
    clock.advance(60_000)
    if (!switches.billing) expect((await api.listNewest()).body).not.toContain('r1 probe')
    return { finding: findings[0] }
  } finally {
    await emulator.close()
  }
}

const cases: readonly [string, XEmulatorSwitches, string][] = [
  ['create-answer', {}, 'legacy'],
  ['create-answer', { createAnswer: 'current' }, 'current'],
  ['create-answer', { createAnswer: 'neither' }, 'neither'],
  ['delete-twice', {}, 'not_found'],
  ['delete-twice', { deleteMissing: 'deleted' }, 'deleted'],
  ['duplicate', {}, 'refused'],
  ['duplicate', { duplicateWindowMs: 0 }, 'accepted'],
  ['duplicate-after-delete', {}, 'true'],
  ['duplicate-after-delete', { duplicateSurvivesDelete: false }, 'false'],
  ['over-length', {}, 'not_permitted'],
  ['over-length', { overLength: 'code_186' }, 'code_186'],
  ['timeline-lag', {}, 'at_once'],
  ['timeline-lag', { timelineLagMs: 5_000 }, 'later'],
  ['reply-lag', {}, 'at_once'],
  ['reply-lag', { replyLagMs: 5_000 }, 'later'],
]

test.each(cases)('%s with %o says %s', async (name, switches, observed) => {
  const { finding } = await ask(name, switches)
  expect(finding?.observed, finding?.detail).toBe(observed)
  expect(finding?.verdict).toBe(finding?.assumed === observed ? 'as_assumed' : 'different')
})

test('concludes nothing from a refusal that has another reason', async () => {
  const { finding } = await ask('delete-twice', { billing: 'credits_depleted' })
  expect(finding).toMatchObject({ observed: undefined, verdict: 'unclear' })
})

test('deletes its posts when a probe fails half way', async () => {
  const emulator = await startXEmulator({ now: createFixedClock().now })
  try {
    const accessToken = emulator.credentials().accounts[0]?.accessToken ?? ''
    const api = createXProbeApi({ baseUrl: emulator.url, accessToken, sleep: async () => {}, runName: 'r1' })
    await api.post('r1 probe A')
    expect((await api.listNewest()).body).toContain('r1 probe A')
    const [first] = postProbes
    if (!first) throw new Error('there are probes')
    const failing = { ...first, run: () => Promise.reject(new Error('It broke.')) }
    const [finding] = await runProbes([failing], api)
    expect(finding).toMatchObject({ verdict: 'unclear', detail: 'It broke.' })
    expect((await api.listNewest()).body).not.toContain('r1 probe A')
  } finally {
    await emulator.close()
  }
})
