import { type Emulator, type EmulatorFault, sampleAsset } from '@ofm-social/core/testing'
import type { FaultCase, OpenSocial } from './fault-case.ts'
import { type InstagramStage, type InstagramStagePlan, nameOf, openStage } from './instagram-stage.ts'
import {
  COMMENTING,
  INSTAGRAM_STEPS,
  type InstagramContent,
  type InstagramPlatform,
  type InstagramStep,
  MAKING,
  PUBLISHING,
} from './instagram-steps.ts'
import { add, type Judgement, judge, NOTHING } from './judge.ts'
import { logInAgain } from './log-in-again.ts'
import { REQUEST_FAULTS } from './request-faults.ts'

const PLATFORMS: readonly InstagramPlatform[] = ['instagram', 'instagram_facebook']
const CONTENTS: readonly InstagramContent[] = ['image', 'carousel', 'reel', 'story']
const CAPTION = 'First light'
const COMMENT = 'and more'
const CHILDREN = 3
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

interface Plan extends InstagramStagePlan {
  readonly content: InstagramContent
  readonly step: InstagramStep
}

const listFaults = ({ match, stories = [] }: InstagramStep): readonly EmulatorFault[] => [
  ...REQUEST_FAULTS,
  ...(match === MAKING ? [{ kind: 'slow_processing', ms: 600_000 } as const] : []),
  ...stories.map((reason) => ({ kind: 'fail_processing', reason }) as const),
]

const plans: readonly Plan[] = PLATFORMS.flatMap((platform) =>
  CONTENTS.flatMap((content) =>
    INSTAGRAM_STEPS[content]
      .filter(({ facebookOnly }) => platform === 'instagram_facebook' || !facebookOnly)
      .flatMap((step) => listFaults(step).map((fault) => ({ platform, content, step, fault }))),
  ),
)

const listLate = (step: string, content: InstagramContent, match: InstagramStep['match'], hours: number) =>
  PLATFORMS.map((platform): Plan => {
    const fault = { kind: 'accept_then_reset' } as const
    return { platform, content, step: { step, match }, fault, listingLagMs: hours * HOUR_MS }
  })

/** The container says that it is published, and the list does not show the post yet: its id comes later. So may a comment. */
const late: readonly Plan[] = [
  ...CONTENTS.flatMap((content) => listLate('publish, listed late', content, PUBLISHING, 0.5)),
  ...listLate('publish, listed hours late', 'image', PUBLISHING, 3),
  ...listLate('comment, listed late', 'image', COMMENTING, 0.5),
]

export const instagramCases: readonly FaultCase[] = [...plans, ...late].map((plan) => ({
  platform: plan.platform,
  step: `${plan.content}: ${plan.step.step}`,
  fault: nameOf(plan.fault),
  run: (open: OpenSocial) => run(open, plan),
}))

async function run(open: OpenSocial, plan: Plan): ReturnType<FaultCase['run']> {
  const stage = await openStage(open, plan)
  const { emulator, social, account } = stage
  const { step, fault, content } = plan
  try {
    if (step.after !== 'published') planFault(emulator, step, fault)
    const assets = await addFiles(social, content)
    const post = await social.posts.create({
      to: [content === 'story' ? { account: account.id, settings: { placement: 'story' } } : account.id],
      assets,
      ...(content === 'story' ? {} : { text: CAPTION }),
      ...(content === 'image' ? { comment: COMMENT } : {}),
      // Instagram blocks an account for a day.
      latestByMs: 2 * DAY_MS,
    })
    const id = post.publications[0]?.id ?? ''
    if (step.after === 'published') {
      await social.advance('10min')
      planFault(emulator, step, fault)
      await social.publications.remove(id)
    }
    const silent = await pass(stage, plan, id)
    const told = await social.publications.get(id)
    const live = listLive(emulator, content)
    const mustEnd = step.after === 'published' ? 'removed' : 'published'
    const nameless = told.parts.filter(
      ({ state, externalId, url }) => state === 'published' && (externalId === null || url === null),
    ).length
    const judgement = add(judge(told, { live, unprovable: false, mustEnd }), { ...NOTHING, lost: silent + nameless })
    return { state: told.state, judgement: add(judgement, judgeRemade(emulator, plan)) }
  } finally {
    await stage.close()
  }
}

/** Of a carousel of which one file could not be fetched, nothing else is made again; of a video that was interrupted, only the rest is sent again. */
function judgeRemade(emulator: Emulator, { content, step, fault }: Plan): Judgement {
  const count = (ending: RegExp): number =>
    emulator.requests().filter(({ method, path }) => method === 'POST' && ending.test(path)).length
  const made = count(/\/media$/)
  const isOneChild = content === 'carousel' && step.step === 'second child' && fault.kind === 'fail_processing'
  if (isOneChild) return { ...NOTHING, wrong: Math.abs(made - (CHILDREN + 1 + 1)) }
  if (!nameOf(fault).startsWith('rupload_interrupted_at_')) return NOTHING
  return { ...NOTHING, wrong: Math.abs(made - 1) + Math.abs(count(/\/ig-api-upload\//) - 2) }
}

/**
 * Twelve hours, and two days when Instagram has blocked the account for one. A creator who is asked to does log in again after the first hour; 1 when the
 * publication did not say that it waits for that.
 */
async function pass(
  { social, account, redirectUri }: InstagramStage,
  { platform, fault }: Plan,
  id: string,
): Promise<number> {
  await social.advance('1h')
  const { connection } = await social.accounts.get(account.id)
  const { hold } = await social.publications.get(id)
  const asks = connection.state === 'reconnect'
  if (asks) await logInAgain(social, { creator: 'ada', platform, externalId: account.externalId, redirectUri })
  await social.advance(nameOf(fault).startsWith('spam_block') ? '2d' : '11h')
  return asks && hold?.reason !== 'connection' ? 1 : 0
}

async function addFiles(
  social: Awaited<ReturnType<OpenSocial>>,
  content: InstagramContent,
): Promise<readonly { readonly asset: string; readonly altText?: string }[]> {
  const add = async (fileName: string, bytes: Uint8Array): Promise<string> =>
    (await social.assets.add({ creator: 'ada', fileName, stream: new Blob([new Uint8Array(bytes)]).stream() })).id
  if (content === 'reel') return [{ asset: await add('clip.mp4', sampleAsset('mp4').bytes) }]
  if (content !== 'carousel') return [{ asset: await add('one.jpg', sampleAsset('jpeg').bytes), altText: 'The sea' }]
  const ids = Array.from({ length: CHILDREN }, (_, index) => `child-${index}`)
  return Promise.all(ids.map(async (id) => ({ asset: await add(`${id}.jpg`, sampleAsset('jpeg', { id }).bytes) })))
}

/** A fault that changes nothing lets a request pass. */
function planFault(emulator: Emulator, { match, skip = 0, after }: InstagramStep, fault: EmulatorFault): void {
  if (after === 'lost publish') emulator.addFault({ match: PUBLISHING, fault: { kind: 'accept_then_reset' } })
  if (after === 'lost comment') emulator.addFault({ match: COMMENTING, fault: { kind: 'accept_then_reset' } })
  if (skip > 0) emulator.addFault({ match, times: skip, fault: { kind: 'slow_processing', ms: 0 } })
  emulator.addFault({ match, times: 1, fault })
}

/** Ids of the live posts and comments, whose parts are in this order. */
function listLive(emulator: Emulator, content: InstagramContent): readonly (readonly string[])[] {
  const live = emulator.posts().filter(({ removedAt }) => removedAt === null)
  const idsOf = (wanted: (post: (typeof live)[number]) => boolean) => live.filter(wanted).map(({ id }) => id)
  if (content === 'story') return [idsOf(({ kind }) => kind === 'story')]
  const own = idsOf(({ kind, text }) => kind !== 'comment' && text === CAPTION)
  return content === 'image' ? [own, idsOf(({ kind, text }) => kind === 'comment' && text === COMMENT)] : [own]
}
