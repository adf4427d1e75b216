import { describe, expect, test } from 'vitest'
import { PlatformError, type PlatformErrorCode } from '../platform/platform-error.ts'
import { createTestSocial } from '../testing/create-test-social.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'

/** A platform that refuses the token in its own words, at one of its members, for as long as the creator has not logged in again. */
async function refuseAt(member: 'publish' | 'prepare', code: PlatformErrorCode, message: string) {
  let now = (): number => 0
  let refuses = true
  const scripted = createScriptedPlatform(member === 'publish' ? 'synchronous' : 'container', {
    now: () => now(),
    platform: 'strict',
  })
  const { adapter } = scripted
  const refuse = async (): Promise<void> => {
    if (refuses) throw new PlatformError({ code, message })
  }
  const guarded = {
    ...adapter,
    ...(member === 'publish'
      ? {
          publish: async (...input: Parameters<typeof adapter.publish>) => {
            await refuse()
            return adapter.publish(...input)
          },
        }
      : {
          prepare: async (...input: Parameters<NonNullable<typeof adapter.prepare>>) => {
            await refuse()
            return adapter.prepare?.(...input)
          },
        }),
  } as typeof adapter
  const social = await createTestSocial({ adapters: [guarded], apps: { strict: { clientId: 'strict' } } })
  now = () => social.now().getTime()
  const connect = () =>
    social.accounts.add({ creator: 'ada', platform: 'strict', tokens: { accessToken: 'strict-ada' } })
  const account = await connect()
  const told: unknown[] = []
  await social.on('account.reconnect', async (event) => void told.push(event.reason), { name: 'mail' })
  const publish = async (text: string) => {
    const { publications } = await social.posts.create({ to: [account.id], text })
    await social.settle()
    return publications[0]?.id ?? ''
  }
  const reconnect = async () => {
    refuses = false
    await connect()
    await social.settle()
  }
  return { social, account, told, publish, reconnect, posts: scripted.posts }
}

const words = 'X refused it: the app lacks the permission media.write.'

describe.each(['publish', 'prepare'] as const)('a permission that is missing at %s', (member) => {
  test('is named in the hold, in the history, in the account and in its event', async () => {
    const { social, account, told, publish } = await refuseAt(member, 'permission_missing', words)
    const id = await publish('First light')
    const message = `Reconnect the account, and allow what is missing: ${words}`
    expect((await social.publications.get(id)).hold).toEqual({
      reason: 'permission',
      scope: 'account',
      until: null,
      message,
    })
    const held = (await social.publications.history(id)).filter(({ type }) => type === 'publication.held')
    expect(held).toMatchObject([{ reason: { code: 'permission', message } }])
    expect((await social.accounts.get(account.id)).connection).toMatchObject({ state: 'reconnect', reason: words })
    expect(told).toEqual([{ code: 'permission_missing', message: words }])
  })

  test('holds the account’s other posts with the same words, and a new login ends it', async () => {
    const { social, publish, reconnect, posts } = await refuseAt(member, 'permission_missing', words)
    await publish('First light')
    const second = await publish('Second light')
    expect((await social.publications.get(second)).hold).toMatchObject({
      reason: 'permission',
      message: expect.stringContaining(words),
    })
    await reconnect()
    await social.advance('10min')
    expect(posts()).toHaveLength(2)
    expect(await social.publications.get(second)).toMatchObject({ state: 'published', hold: null })
  })
})

test('a connection that is gone is told in the platform’s words as well', async () => {
  const gone = 'The creator removed the app.'
  const { social, account, told, publish } = await refuseAt('publish', 'reconnect', gone)
  const id = await publish('First light')
  expect((await social.publications.get(id)).hold).toMatchObject({
    reason: 'connection',
    message: `Reconnect the account: ${gone}`,
  })
  expect((await social.accounts.get(account.id)).connection).toMatchObject({ state: 'reconnect', reason: gone })
  expect(told).toEqual([{ code: 'reconnect', message: gone }])
})
