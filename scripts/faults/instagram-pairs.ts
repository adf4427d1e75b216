import { createHash } from 'node:crypto'
import { type EmulatorFault, sampleAsset } from '@ofm-social/core/testing'
import type { FaultCase, OpenSocial } from './fault-case.ts'
import { type InstagramStage, nameOf, openStage } from './instagram-stage.ts'
import { type InstagramPlatform, LISTING_STORIES, PUBLISHING } from './instagram-steps.ts'
import { add, type Judgement, judge, NOTHING } from './judge.ts'
import { REQUEST_FAULTS } from './request-faults.ts'

const PLATFORMS: readonly InstagramPlatform[] = ['instagram', 'instagram_facebook']
/** With words a list can tell the two apart, without it cannot. */
const CONTENTS = ['image', 'story'] as const
/** Which publish the fault hits: the other post goes out before it, or while nobody knows what became of it. */
const ORDERS = ['before another', 'after another'] as const
/** After these nobody knows whether a write worked. */
const DOUBTS = REQUEST_FAULTS.filter(({ kind }) => !['rate_limit', 'revoke_token'].includes(kind))
const BY_HAND: EmulatorFault = { kind: 'fail_processing', reason: 'owner_posts_concurrently' }

interface Pair {
  readonly platform: InstagramPlatform
  readonly content: (typeof CONTENTS)[number]
  readonly order: (typeof ORDERS)[number] | 'beside one by hand'
  readonly fault: EmulatorFault
}

const pairs: readonly Pair[] = PLATFORMS.flatMap((platform) =>
  CONTENTS.flatMap((content) =>
    ORDERS.flatMap((order) => DOUBTS.map((fault) => ({ platform, content, order, fault }))),
  ),
)

/** A story that never reached Instagram; the creator posts one by hand before the first look. */
const byHand: readonly Pair[] = PLATFORMS.map((platform) => ({
  ...{ platform, content: 'story', order: 'beside one by hand', fault: { kind: 'reset_before' } },
}))

/** Two posts of one account, one of which is lost. Whatever the other does to lists and counts, nobody is asked. */
export const instagramPairs: readonly FaultCase[] = [...pairs, ...byHand].map((pair) => ({
  platform: pair.platform,
  step: `${pair.content}: publish ${pair.order}`,
  fault: nameOf(pair.fault),
  run: (open: OpenSocial) => run(open, pair),
}))

async function run(open: OpenSocial, pair: Pair): ReturnType<FaultCase['run']> {
  const stage = await openStage(open, pair)
  const { emulator, social } = stage
  try {
    // A fault that changes nothing lets a request pass.
    const passes = { times: 1, fault: { kind: 'slow_processing', ms: 0 } } as const
    if (pair.order === 'after another') emulator.addFault({ match: PUBLISHING, ...passes })
    emulator.addFault({ match: PUBLISHING, times: 1, fault: pair.fault })
    if (pair.order === 'beside one by hand') {
      emulator.addFault({ match: LISTING_STORIES, ...passes })
      emulator.addFault({ match: LISTING_STORIES, times: 1, fault: BY_HAND })
    }
    const posts = [await createPost(stage, pair, 'First light')]
    if (pair.order !== 'beside one by hand') {
      await social.advance('5s')
      posts.push(await createPost(stage, pair, 'Another post'))
    }
    await social.advance('12h')
    const ends = await Promise.all(posts.map((post) => judgePost(stage, post)))
    const judgement = ends.reduce((sum, end) => add(sum, end.judgement), NOTHING)
    return { state: [...new Set(ends.map(({ state }) => state))].join('+'), judgement }
  } finally {
    await stage.close()
  }
}

interface SentPost {
  readonly id: string
  readonly sha256: string
}

/** Each has a file of its own: by that the platform's truth tells them apart. */
async function createPost({ social, account }: InstagramStage, { content }: Pair, text: string): Promise<SentPost> {
  const { bytes } = sampleAsset('jpeg', { id: text })
  const stream = new Blob([new Uint8Array(bytes)]).stream()
  const { id: asset } = await social.assets.add({ creator: 'ada', fileName: 'one.jpg', stream })
  const post = await social.posts.create(
    content === 'story'
      ? { to: [{ account: account.id, settings: { placement: 'story' } }], assets: [asset] }
      : { to: [account.id], assets: [asset], text },
  )
  return { id: post.publications[0]?.id ?? '', sha256: createHash('sha256').update(bytes).digest('hex') }
}

async function judgePost(
  { social, emulator }: InstagramStage,
  { id, sha256 }: SentPost,
): Promise<{ readonly state: string; readonly judgement: Judgement }> {
  const told = await social.publications.get(id)
  const live = emulator
    .posts()
    .filter(({ removedAt, mediaSha256 }) => removedAt === null && mediaSha256.includes(sha256))
    .map((post) => post.id)
  const nameless = told.parts.filter(({ state, externalId }) => state === 'published' && externalId === null).length
  const judgement = judge(told, { live: [live], unprovable: false, mustEnd: 'published' })
  return { state: told.state, judgement: add(judgement, { ...NOTHING, lost: nameless }) }
}
