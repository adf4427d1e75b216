import { describe, expect, test } from 'vitest'
import type { SocialEvent } from '../events/social-event.ts'
import type { CallContext } from '../platform/call-context.ts'
import { createTestSocial, type TestSocial } from '../testing/create-test-social.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'

async function publish(social: TestSocial) {
  const account = await social.addAccount({ creator: 'ada' })
  const post = await social.posts.create({ to: [account.id], text: 'First light' })
  await social.settle()
  const id = post.publications[0]?.id ?? ''
  const [part] = (await social.publications.get(id)).parts
  return { account, id, accountExternalId: account.externalId, externalId: part?.externalId ?? '' }
}

describe('a webhook', () => {
  test('that says a post appeared has what is unknown looked for at once', async () => {
    const social = await createTestSocial()
    social.platform.fail('publish', { kind: 'accept_then_lose' })
    const { id, accountExternalId } = await publish(social)
    expect((await social.publications.get(id)).parts[0]?.state).toBe('unknown')
    const told = social.platform.webhook([{ id: 'e1', type: 'post_published', accountExternalId, externalId: 'post1' }])
    expect(await social.webhooks.receive('scripted', told)).toEqual({ status: 200 })
    await social.settle()
    expect(await social.publications.get(id)).toMatchObject({ state: 'published', parts: [{ externalId: 'post1' }] })
  })

  test('that says a post was taken off shows it as removed, and by whom', async () => {
    const social = await createTestSocial()
    const { id, accountExternalId, externalId } = await publish(social)
    await social.webhooks.receive(
      'scripted',
      social.platform.webhook([{ id: 'e1', type: 'post_removed', accountExternalId, externalId, by: 'author' }]),
    )
    expect(await social.publications.get(id)).toMatchObject({ state: 'removed', removedBy: 'author' })
  })

  test('that says the permission was taken back asks to reconnect', async () => {
    const social = await createTestSocial()
    const { account, accountExternalId } = await publish(social)
    const told: string[] = []
    await social.on('account.*', (event) => void told.push(event.type))
    await social.webhooks.receive(
      'scripted',
      social.platform.webhook([{ id: 'e1', type: 'access_revoked', accountExternalId }]),
    )
    expect((await social.accounts.get(account.id)).connection).toMatchObject({ state: 'reconnect' })
    await social.settle()
    expect(told).toEqual(['account.reconnect'])
  })

  test('that names an account by an alias is about each account that has it', async () => {
    const board = createScriptedPlatform('synchronous', { now: () => 0, platform: 'board' })
    const readAccount = async (context: CallContext) => {
      const name = (await context.accessToken()).reveal()
      return { externalId: name, username: name, aliases: name === 'cleo' ? [] : ['person'] }
    }
    const apps = { board: { clientId: 'board' } }
    const social = await createTestSocial({ adapters: [{ ...board.adapter, readAccount }], apps })
    const add = (accessToken: string) =>
      social.accounts.add({ creator: 'ada', platform: 'board', tokens: { accessToken } })
    const accounts = [await add('ada'), await add('bea'), await add('cleo')]
    const told = board.webhook([{ id: 'e1', type: 'access_revoked', accountExternalId: 'person' }])
    for (const _time of [1, 2]) await social.webhooks.receive('board', told)
    const states = accounts.map(async ({ id }) => (await social.accounts.get(id)).connection.state)
    expect(await Promise.all(states)).toEqual(['reconnect', 'reconnect', 'active'])
  })

  test('about a permission that was given again since changes nothing', async () => {
    const social = await createTestSocial()
    const { account, accountExternalId } = await publish(social)
    const at = social.now().getTime() - 1
    await social.webhooks.receive(
      'scripted',
      social.platform.webhook([{ id: 'e1', type: 'access_revoked', accountExternalId, at }]),
    )
    expect((await social.accounts.get(account.id)).connection).toMatchObject({ state: 'active' })
  })

  test('of anything else arrives as an event, once, however often it is sent', async () => {
    const social = await createTestSocial()
    const { accountExternalId } = await publish(social)
    const told: SocialEvent[] = []
    await social.on('account.platform_event', (event) => void told.push(event))
    const reply = { id: 'e1', type: 'other', accountExternalId, name: 'reply', payload: { text: 'Lovely' } } as const
    for (const _time of [1, 2]) await social.webhooks.receive('scripted', social.platform.webhook([reply, reply]))
    await social.settle()
    expect(told).toMatchObject([
      { type: 'account.platform_event', details: { name: 'reply', payload: { text: 'Lovely' } } },
    ])
  })

  test('is taken in whatever characters a database cannot hold', async () => {
    const social = await createTestSocial()
    const { accountExternalId } = await publish(social)
    const told: SocialEvent[] = []
    await social.on('account.platform_event', (event) => void told.push(event))
    const payload = { text: 'nul \u0000, half \ud83d, whole 😀, and \\u0000 as text', 'key\u0000': 1 }
    const reply = { id: 'e1', type: 'other', accountExternalId, name: 'reply', payload } as const
    expect(await social.webhooks.receive('scripted', social.platform.webhook([reply]))).toEqual({ status: 200 })
    await social.settle()
    expect(told).toMatchObject([
      {
        details: {
          payload: { text: 'nul \ufffd, half \ufffd, whole 😀, and \\u0000 as text', 'key\ufffd': 1 },
        },
      },
    ])
  })

  test('that is forged changes nothing', async () => {
    const social = await createTestSocial()
    const { id, accountExternalId, externalId } = await publish(social)
    const forged = social.platform.webhook(
      [{ id: 'e1', type: 'post_removed', accountExternalId, externalId, by: 'author' }],
      { forged: true },
    )
    expect(await social.webhooks.receive('scripted', forged)).toEqual({ status: 401 })
    expect((await social.publications.get(id)).state).toBe('published')
  })

  test('about an account of another agency changes nothing', async () => {
    const social = await createTestSocial()
    const { id, accountExternalId, externalId } = await publish(social)
    const told = social.platform.webhook([
      { id: 'e1', type: 'post_removed', accountExternalId, externalId, by: 'author' },
    ])
    expect(await social.forAgency('somebody else').webhooks.receive('scripted', told)).toEqual({ status: 200 })
    expect((await social.publications.get(id)).state).toBe('published')
  })

  test('of a platform without an adapter is refused', async () => {
    const social = await createTestSocial()
    await expect(social.webhooks.receive('nowhere', social.platform.webhook([]))).rejects.toMatchObject({
      code: 'unknown_platform',
    })
  })
})
