import { describe, expect, test } from 'vitest'
import { PlatformError, type PlatformErrorDetails } from '../platform/platform-error.ts'
import { createTestSocial } from '../testing/create-test-social.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'

const message = 'The account has to confirm itself in the app.'
const DAY_MS = 86_400_000

let platforms = 0

/** A write is lost before the platform sees it; looking for it is refused as `toError` says for ten minutes. */
async function loseOne(toError: (now: number) => Omit<PlatformErrorDetails, 'message'>) {
  let now = (): number => 0
  // A hold of an app outlives the test.
  const platform = `strict_${++platforms}`
  const scripted = createScriptedPlatform('synchronous', { now: () => now(), platform })
  let lost = 0
  let refusesUntil = Number.POSITIVE_INFINITY
  const adapter: typeof scripted.adapter = {
    ...scripted.adapter,
    async publish(part, context) {
      context.markSent({ method: 'POST', path: '/posts' })
      if (lost++ === 0) throw new PlatformError({ code: 'outcome_unknown', message: 'The connection was reset.' })
      return scripted.adapter.publish(part, context)
    },
    async findPublished(attempt, context) {
      if (now() < refusesUntil) throw new PlatformError({ ...toError(now()), message })
      return (await scripted.adapter.findPublished?.(attempt, context)) ?? { status: 'not_yet', looked: 'nothing' }
    },
  }
  const social = await createTestSocial({ adapters: [adapter], apps: { [platform]: { clientId: platform } } })
  now = () => social.now().getTime()
  const [ada, bea] = await Promise.all(
    ['ada', 'bea'].map((name) =>
      social.accounts.add({ creator: name, platform, tokens: { accessToken: `${platform}-${name}` } }),
    ),
  )
  const publish = async (account: typeof ada, text: string) => {
    const { publications } = await social.posts.create({ to: [account?.id ?? ''], text })
    await social.settle()
    return publications[0]?.id ?? ''
  }
  const first = await publish(ada, 'First light')
  await social.advance('1min')
  refusesUntil = now() + 600_000
  return { social, first, read: (id: string) => social.publications.get(id), ada, bea, publish }
}

describe('a look that meets a block', () => {
  test('of the account stops the account, as a write does, and no other', async () => {
    const { read, first, ada, bea, publish, social } = await loseOne((now) => ({
      code: 'account_blocked',
      until: now + DAY_MS,
    }))
    expect(await read(first)).toMatchObject({ hold: { reason: 'look_failing' }, parts: [{ state: 'unknown' }] })
    const second = await read(await publish(ada, 'Second light'))
    expect(second).toMatchObject({ hold: { reason: 'account_blocked', scope: 'account', message } })
    expect(await read(await publish(bea, 'Third light'))).toMatchObject({ state: 'published' })
    expect(second.hold?.until?.getTime()).toBeGreaterThan(social.now().getTime() + DAY_MS - 120_000)
  })

  test('beside another refusal stops what it names', async () => {
    const { read, bea, publish } = await loseOne((now) => ({
      code: 'bad_response',
      block: { scope: 'app', until: now + DAY_MS },
    }))
    expect(await read(await publish(bea, 'Second light'))).toMatchObject({ hold: { reason: 'app_blocked', message } })
  })

  test('of the app stops every account of it', async () => {
    const { read, bea, publish } = await loseOne(() => ({ code: 'app_blocked' }))
    expect(await read(await publish(bea, 'Second light'))).toMatchObject({
      hold: { reason: 'app_blocked', scope: 'app' },
    })
  })

  test('for a permission that is missing asks the creator', async () => {
    const { read, ada, publish, social } = await loseOne(() => ({ code: 'permission_missing' }))
    expect((await social.accounts.get(ada?.id ?? '')).connection).toMatchObject({ state: 'reconnect', reason: message })
    expect(await read(await publish(ada, 'Second light'))).toMatchObject({ hold: { reason: 'permission' } })
  })

  test('is none where only the call is refused', async () => {
    const { read, ada, publish } = await loseOne(() => ({ code: 'rate_limited', retryAfterMs: 60_000 }))
    expect(await read(await publish(ada, 'Second light'))).toMatchObject({ state: 'published' })
  })
})
