import { createTestCall, type Script, type ScriptedServer, startScriptedServer } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { accountId, graphError, quota } from './__fixtures__/answers.ts'
import { createInstagramAdapter } from './instagram-adapter.ts'

let server: ScriptedServer
afterEach(() => server.close())

async function read(login: 'instagram' | 'facebook', script: Script) {
  server = await startScriptedServer(script)
  const options = { baseUrl: server.url, hosts: { 'www.instagram.com': 'https://www.instagram.com' } }
  const adapter =
    login === 'instagram'
      ? createInstagramAdapter({ login, ...options })
      : createInstagramAdapter({ login, ...options })
  return adapter.readAccount?.(createTestCall({ token: 't' }).context).catch((error: unknown) => error)
}

const page = (id: string, username?: string) => ({
  id,
  name: 'Demo Page',
  ...(username !== undefined && { instagram_business_account: { id: `1784140000000000${id}`, username } }),
})
const ada = { externalId: accountId, username: 'ada', url: 'https://www.instagram.com/ada/' }

test('an Instagram login says its professional account, not the id that is the app’s own', async () => {
  const profile = await read('instagram', () => ({ json: { id: '271', user_id: accountId, username: 'ada' } }))
  expect(profile).toEqual({ ...ada, aliases: ['271'] })
})

describe('a Facebook login', () => {
  test('leads to the account of the one Page that has one', async () => {
    expect(await read('facebook', () => ({ json: { data: [page('2'), page('1', 'ada')] } }))).toEqual(ada)
  })

  test('says by which id callbacks will name the person', async () => {
    const script: Script = ({ path }) => ({
      json: path.endsWith('/me') ? { id: '122' } : { data: [page('1', 'ada')] },
    })
    expect(await read('facebook', script)).toEqual({ ...ada, aliases: ['122'] })
  })

  test('is followed through all pages of the list', async () => {
    const paging = { cursors: { after: 'a' }, next: 'https://graph.facebook.com/next' }
    const script: Script = ({ query }) => ({
      json: query.has('after') ? { data: [page('1', 'ada')] } : { data: [page('2')], paging },
    })
    expect(await read('facebook', script)).toEqual(ada)
  })

  test('is followed through businesses where no Page of its own leads anywhere', async () => {
    const script: Script = ({ path }) => {
      if (path.endsWith('/businesses')) return { json: { data: [{ id: '5' }] } }
      return { json: { data: path.endsWith('/5/client_pages') ? [page('1', 'ada')] : [] } }
    }
    expect(await read('facebook', script)).toEqual(ada)
  })

  test('with a token of a Page leads to the account of that Page', async () => {
    const script: Script = ({ path }) => (path.endsWith('/accounts') ? graphError(100) : { json: page('1', 'ada') })
    expect(await read('facebook', script)).toEqual({ ...ada, aliases: ['1'] })
  })

  test('that leads to several accounts names them', async () => {
    const error = await read('facebook', () => ({ json: { data: [page('1', 'ada'), page('2', 'bea')] } }))
    expect(error).toMatchObject({ code: 'invalid_post', message: expect.stringContaining('@ada, @bea') })
  })

  test('that leads nowhere says what is missing', async () => {
    const error = await read('facebook', ({ path }) =>
      path.endsWith('/businesses') ? graphError(200) : { json: { data: [page('2')] } },
    )
    expect(error).toMatchObject({ message: expect.stringContaining('professional Instagram account') })
  })
})

test('how much may be published is asked of Instagram', async () => {
  server = await startScriptedServer(() => quota(2, 100))
  const adapter = createInstagramAdapter({ login: 'instagram', baseUrl: server.url })
  const { context } = createTestCall({ token: 't' })
  expect(await adapter.readFacts?.({ accountExternalId: accountId }, context)).toEqual({
    expiresAt: context.now + 900_000,
    quotaUsed: 2,
    quotaTotal: 100,
    quotaDurationSeconds: 86_400,
  })
})
