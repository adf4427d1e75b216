import { createTestSocial, type EmulatorFault, type FaultRule, sampleAsset } from '@ofm-social/core/testing'
import { createXAdapter } from '@ofm-social/platform-x'
import { startXEmulator } from '@ofm-social/platform-x/emulator'
import type { FaultCase } from './fault-case.ts'
import { judge } from './judge.ts'

interface Step {
  readonly step: string
  readonly match: FaultRule['match']
  readonly writes: boolean
  readonly after?: 'first part' | 'published' | 'lost answer'
}

const STEPS: readonly Step[] = [
  { step: 'upload initialise', match: { method: 'POST', path: '/2/media/upload/initialize' }, writes: false },
  { step: 'append', match: { method: 'POST', pathPattern: '/append$' }, writes: false },
  { step: 'finalise', match: { method: 'POST', pathPattern: '/finalize$' }, writes: false },
  { step: 'status', match: { method: 'GET', path: '/2/media/upload' }, writes: false },
  { step: 'create', match: { method: 'POST', path: '/2/tweets' }, writes: true },
  { step: 'second part', match: { method: 'POST', path: '/2/tweets' }, writes: true, after: 'first part' },
  { step: 'look-up', match: { method: 'GET', pathPattern: '^/2/users/' }, writes: false, after: 'lost answer' },
  { step: 'remove', match: { method: 'DELETE', path: '/2/tweets' }, writes: false, after: 'published' },
]

const FAULTS: readonly EmulatorFault[] = [
  { kind: 'refuse', status: 503 },
  { kind: 'accept_then_status', status: 503 },
  { kind: 'accept_then_reset' },
  { kind: 'reset_before' },
  { kind: 'rate_limit', retryAfterMs: 60_000 },
  { kind: 'revoke_token' },
  { kind: 'html_502', effect: 'before' },
  { kind: 'html_502', effect: 'after' },
  { kind: 'truncate_body', effect: 'before' },
  { kind: 'truncate_body', effect: 'after' },
]

const nameOf = (fault: EmulatorFault): string =>
  'effect' in fault && fault.effect !== undefined ? `${fault.kind}_${fault.effect}` : fault.kind

/** Nothing happened, and the caller cannot know: X has neither keys nor handles that prove it. */
const UNPROVABLE = ['refuse', 'reset_before', 'html_502_before', 'truncate_body_before']

export const xCases: readonly FaultCase[] = STEPS.flatMap((step) => [
  ...FAULTS.map((fault) => ({ platform: 'x', step: step.step, fault: nameOf(fault), run: () => run(step, fault) })),
  ...(step.step === 'finalise'
    ? [
        { kind: 'slow_processing', ms: 600_000 } as const,
        { kind: 'fail_processing', reason: 'InternalError' } as const,
      ].map((fault) => ({ platform: 'x', step: step.step, fault: fault.kind, run: () => run(step, fault) }))
    : []),
])

const TEXTS = ['First light', 'and more']

async function run(step: Step, fault: EmulatorFault): ReturnType<FaultCase['run']> {
  const clock = await createTestSocial()
  const emulator = await startXEmulator({ now: () => clock.now().getTime() })
  try {
    const { app, accounts } = emulator.credentials()
    const [seeded] = accounts
    if (!seeded) throw new Error('the emulator has no accounts')
    const social = await createTestSocial({
      adapters: [createXAdapter({ baseUrl: emulator.url, segmentBytes: 2_000 })],
      apps: { x: { clientId: app.clientId, clientSecret: app.clientSecret } },
    })
    const { accessToken, refreshToken } = seeded
    const tokens = { accessToken, ...(refreshToken ? { refreshToken } : {}) }
    const account = await social.accounts.add({ creator: 'ada', platform: 'x', tokens })
    const asset = await social.assets.add({
      creator: 'ada',
      fileName: 'clip.mp4',
      stream: new Blob([new Uint8Array(sampleAsset('mp4').bytes)]).stream(),
    })
    const rule = { match: step.match, times: 1, fault }
    const begin = (): void => {
      if (step.after === 'lost answer')
        emulator.addFault({ match: { method: 'POST', path: '/2/tweets' }, fault: { kind: 'accept_then_reset' } })
      if (step.after === undefined || step.after === 'lost answer') emulator.addFault(rule)
      // A fault that changes nothing lets the first write pass.
      if (step.after === 'first part') {
        emulator.addFault({ match: step.match, times: 1, fault: { kind: 'slow_processing', ms: 0 } })
        emulator.addFault(rule)
      }
    }
    const [text, more] = TEXTS
    begin()
    const post = await social.posts.create({ to: [account.id], parts: [{ text, assets: [asset.id] }, { text: more }] })
    const id = post.publications[0]?.id ?? ''
    await social.advance('12h')
    if (step.after === 'published') {
      emulator.addFault(rule)
      await social.publications.remove(id)
      await social.advance('12h')
    }
    const told = await social.publications.get(id)
    const live = TEXTS.map((wanted) =>
      emulator
        .posts()
        .filter((found) => found.removedAt === null && found.text.startsWith(wanted))
        .map((found) => found.id),
    )
    const unprovable = step.writes && UNPROVABLE.includes(nameOf(fault))
    return { state: told.state, judgement: judge(told, { live, unprovable }) }
  } finally {
    await emulator.close()
  }
}
