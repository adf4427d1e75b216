import { type EmulatorFault, type FaultRule, sampleAsset } from '@ofm-social/core/testing'
import { createXAdapter } from '@ofm-social/platform-x'
import { startXEmulator } from '@ofm-social/platform-x/emulator'
import type { FaultCase, OpenSocial } from './fault-case.ts'
import { add, judge, NOTHING } from './judge.ts'
import { logInAgain } from './log-in-again.ts'
import { REQUEST_FAULTS } from './request-faults.ts'

type Content = 'video' | 'images' | 'text'

interface Step {
  readonly step: string
  readonly match: FaultRule['match']
  readonly writes: boolean
  readonly after?: 'first part' | 'published' | 'lost answer'
}

const UPLOADING: readonly Step[] = [
  { step: 'upload initialise', match: { method: 'POST', path: '/2/media/upload/initialize' }, writes: false },
  { step: 'append', match: { method: 'POST', pathPattern: '/append$' }, writes: false },
  { step: 'finalise', match: { method: 'POST', pathPattern: '/finalize$' }, writes: false },
]
const PROCESSING: readonly Step[] = [
  { step: 'status', match: { method: 'GET', path: '/2/media/upload' }, writes: false },
]
const DESCRIBING: readonly Step[] = [
  { step: 'alt text', match: { method: 'POST', path: '/2/media/metadata' }, writes: false },
]
const POSTING: readonly Step[] = [
  { step: 'create', match: { method: 'POST', path: '/2/tweets' }, writes: true },
  { step: 'second part', match: { method: 'POST', path: '/2/tweets' }, writes: true, after: 'first part' },
  { step: 'look-up', match: { method: 'GET', pathPattern: '^/2/users/' }, writes: false, after: 'lost answer' },
  { step: 'remove', match: { method: 'DELETE', path: '/2/tweets' }, writes: false, after: 'published' },
]
const STEPS: Readonly<Record<Content, readonly Step[]>> = {
  video: [...UPLOADING, ...PROCESSING, ...POSTING],
  // The parts after it are text.
  images: [...UPLOADING, ...DESCRIBING, ...POSTING.filter(({ after }) => after === undefined)],
  text: POSTING,
}

/** For cases with a delay, in real time: the clock of the platform stands still while a call waits. */
const SHORT_TIMEOUT_MS = 3_000

/** Video is processed after it is there. */
const PROCESSING_FAULTS: readonly EmulatorFault[] = [
  { kind: 'slow_processing', ms: 600_000 },
  { kind: 'fail_processing', reason: 'InternalError' },
]

const nameOf = (fault: EmulatorFault): string =>
  'effect' in fault && fault.effect !== undefined ? `${fault.kind}_${fault.effect}` : fault.kind

/** Nothing happened, and the caller cannot know: X has neither keys nor handles that prove it. */
const UNPROVABLE = ['refuse', 'reset_before', 'html_502_before', 'truncate_body_before']

const CONTENTS: readonly Content[] = ['video', 'images', 'text']

export const xCases: readonly FaultCase[] = CONTENTS.flatMap((content) =>
  STEPS[content].flatMap((step) =>
    [...REQUEST_FAULTS, ...(content === 'video' && step.step === 'finalise' ? PROCESSING_FAULTS : [])].map((fault) => ({
      platform: 'x',
      step: `${content}: ${step.step}`,
      fault: nameOf(fault),
      run: (open: OpenSocial) => run(open, content, step, fault),
    })),
  ),
)

const TEXTS = ['First light', 'and more']

async function run(open: OpenSocial, content: Content, step: Step, fault: EmulatorFault): ReturnType<FaultCase['run']> {
  const stage = await openStage(open, fault)
  const { emulator, social, account } = stage
  try {
    const assets = await addFiles(social, content)
    planFault(emulator, step, fault)
    const [text, more] = TEXTS
    const post = await social.posts.create({ to: [account.id], parts: [{ text, assets }, { text: more }] })
    const id = post.publications[0]?.id ?? ''
    if (step.after === 'published') {
      // The token is still good: one that has expired could not be revoked.
      await social.advance('10min')
      emulator.addFault({ match: step.match, times: 1, fault })
      await social.publications.remove(id)
    }
    const { silent } = await pass(stage, id)
    const told = await social.publications.get(id)
    const live = TEXTS.map((wanted) =>
      emulator
        .posts()
        .filter((found) => found.removedAt === null && found.text.startsWith(wanted))
        .map((found) => found.id),
    )
    const unprovable = step.writes && UNPROVABLE.includes(nameOf(fault))
    const mustEnd = step.after === 'published' ? 'removed' : 'published'
    const judgement = judge(told, { live, unprovable, mustEnd })
    return { state: told.state, judgement: add(judgement, { ...NOTHING, lost: silent }) }
  } finally {
    await emulator.close()
  }
}

async function openStage(open: OpenSocial, fault: EmulatorFault) {
  const clock = await open()
  const emulator = await startXEmulator({ now: () => clock.now().getTime() })
  const { app, accounts } = emulator.credentials()
  const [seeded] = accounts
  if (!seeded) throw new Error('the emulator has no accounts')
  const timeouts =
    fault.kind === 'delay' ? { timeoutMs: SHORT_TIMEOUT_MS, uploadTimeoutMs: SHORT_TIMEOUT_MS } : undefined
  const social = await open({
    adapters: [createXAdapter({ baseUrl: emulator.url, segmentBytes: 2_000, ...timeouts })],
    apps: { x: { clientId: app.clientId, clientSecret: app.clientSecret } },
  })
  const { accessToken, refreshToken } = seeded
  const tokens = { accessToken, ...(refreshToken ? { refreshToken } : {}) }
  const account = await social.accounts.add({ creator: 'ada', platform: 'x', tokens })
  return { emulator, social, account, redirectUri: app.redirectUris[0] ?? '' }
}

/** Twelve hours. A creator who is asked to does log in again after the first; `silent` is 1 when the publication did not say that it waits for that. */
async function pass(
  { social, account, redirectUri }: Awaited<ReturnType<typeof openStage>>,
  id: string,
): Promise<{ readonly silent: number }> {
  await social.advance('1h')
  const { connection } = await social.accounts.get(account.id)
  const { hold } = await social.publications.get(id)
  const asks = connection.state === 'reconnect'
  if (asks) await logInAgain(social, { creator: 'ada', platform: 'x', externalId: account.externalId, redirectUri })
  await social.advance('11h')
  return { silent: asks && hold?.reason !== 'connection' ? 1 : 0 }
}

async function addFiles(
  social: Awaited<ReturnType<OpenSocial>>,
  content: Content,
): Promise<readonly { readonly asset: string; readonly altText?: string }[]> {
  const add = async (fileName: string, bytes: Uint8Array): Promise<string> =>
    (await social.assets.add({ creator: 'ada', fileName, stream: new Blob([new Uint8Array(bytes)]).stream() })).id
  if (content === 'video') return [{ asset: await add('clip.mp4', sampleAsset('mp4').bytes) }]
  if (content === 'text') return []
  return [
    { asset: await add('one.jpg', sampleAsset('jpeg').bytes), altText: 'The sea' },
    { asset: await add('two.png', sampleAsset('png').bytes) },
  ]
}

function planFault(emulator: Awaited<ReturnType<typeof startXEmulator>>, step: Step, fault: EmulatorFault): void {
  const rule = { match: step.match, times: 1, fault }
  if (step.after === 'lost answer')
    emulator.addFault({ match: { method: 'POST', path: '/2/tweets' }, fault: { kind: 'accept_then_reset' } })
  if (step.after === undefined || step.after === 'lost answer') emulator.addFault(rule)
  // A fault that changes nothing lets the first write pass.
  if (step.after === 'first part') {
    emulator.addFault({ match: step.match, times: 1, fault: { kind: 'slow_processing', ms: 0 } })
    emulator.addFault(rule)
  }
}
