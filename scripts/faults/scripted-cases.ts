import { SCRIPTED_SHAPES, type ScriptedFault, type ScriptedShape } from '@ofm-social/core/testing'
import type { FaultCase, OpenSocial } from './fault-case.ts'
import { judge } from './judge.ts'

type Step = 'prepare' | 'create' | 'second part' | 'status' | 'look-up' | 'remove'

const WRITES: readonly ScriptedFault[] = [
  { kind: 'accept_then_lose' },
  { kind: 'lose_before' },
  { kind: 'effect_later', afterMs: 90_000 },
  { kind: 'not_sent' },
  { kind: 'crash', effect: 'before' },
  { kind: 'crash', effect: 'after' },
  { kind: 'answer_without_id' },
  { kind: 'refuse', code: 'rate_limited' },
  { kind: 'refuse', code: 'token_expired' },
  { kind: 'refuse', code: 'not_accepted' },
  { kind: 'refuse', code: 'prepare_again' },
  { kind: 'refuse', code: 'invalid_post' },
]
const READS: readonly ScriptedFault[] = [{ kind: 'lose_before' }, { kind: 'refuse', code: 'rate_limited' }]
const STEPS: readonly { readonly step: Step; readonly faults: readonly ScriptedFault[] }[] = [
  { step: 'prepare', faults: READS },
  { step: 'create', faults: WRITES },
  { step: 'second part', faults: WRITES },
  { step: 'status', faults: READS },
  { step: 'look-up', faults: READS },
  { step: 'remove', faults: [...READS, { kind: 'accept_then_lose' }] },
]

/** Shapes whose only evidence is a listing, which never proves absence. */
const LISTING_ONLY: readonly ScriptedShape[] = ['synchronous', 'no_id']

const hasStep = (shape: ScriptedShape, step: Step): boolean => {
  if (step === 'prepare') return shape === 'container' || shape === 'last_chunk'
  if (step === 'status') return shape === 'no_id'
  return step !== 'look-up' || shape !== 'idempotency_key'
}

const nameOf = (fault: ScriptedFault): string =>
  fault.kind === 'refuse' ? fault.code : fault.kind === 'crash' ? `crash_${fault.effect}` : fault.kind

export const scriptedCases: readonly FaultCase[] = SCRIPTED_SHAPES.flatMap((shape) =>
  STEPS.filter(({ step }) => hasStep(shape, step)).flatMap(({ step, faults }) =>
    faults.map((fault) => ({
      platform: shape,
      step,
      fault: nameOf(fault),
      run: (open: OpenSocial) => run(open, shape, step, fault),
    })),
  ),
)

const TEXTS = ['First light', 'and more']

async function run(
  open: OpenSocial,
  shape: ScriptedShape,
  step: Step,
  fault: ScriptedFault,
): ReturnType<FaultCase['run']> {
  const social = await open({ shape })
  const { platform } = social
  const account = await social.addAccount({ creator: 'ada' })
  plan(platform, step, fault)
  const post = await social.posts.create({ to: [account.id], parts: TEXTS.map((text) => ({ text })) })
  const id = post.publications[0]?.id ?? ''
  await social.advance('12h')
  if (step === 'remove') {
    await social.publications.remove(id)
    await social.advance('12h')
  }
  const told = await social.publications.get(id)
  const live = TEXTS.map((text) =>
    platform
      .posts()
      .filter((live) => live.text === text)
      .map((live) => live.id),
  )
  const left = step === 'create' || step === 'second part'
  const unprovable = left && LISTING_ONLY.includes(shape) && ['lose_before', 'crash_before'].includes(nameOf(fault))
  const unnamed = shape === 'idempotency_key' && fault.kind === 'answer_without_id'
  const mustEnd: 'removed' | 'published' = step === 'remove' ? 'removed' : 'published'
  const truth = { live, unprovable: unprovable || unnamed, ...(nameOf(fault) === 'invalid_post' ? {} : { mustEnd }) }
  return { state: told.state, judgement: judge(told, truth) }
}

function plan(platform: Awaited<ReturnType<OpenSocial>>['platform'], step: Step, fault: ScriptedFault): void {
  switch (step) {
    case 'prepare':
      platform.fail('prepare', fault)
      return
    case 'create':
      platform.fail('publish', fault)
      return
    case 'second part':
      platform.fail('publish', fault, { afterCalls: 1 })
      return
    case 'status':
      platform.fail('readOutcome', fault)
      return
    case 'look-up':
      platform.fail('publish', { kind: 'accept_then_lose' })
      platform.fail('findPublished', fault)
      return
    case 'remove':
      platform.fail('remove', fault)
      return
  }
}
