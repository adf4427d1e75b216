import { createTestCall, type Script, type ScriptedServer, startScriptedServer } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { accountId, graphError, quota } from './__fixtures__/answers.ts'
import { createInstagramAdapter } from './instagram-adapter.ts'

let server: ScriptedServer
afterEach(() => server.close())

const hosts = { 'www.instagram.com': 'https://www.instagram.com' }
const { context } = createTestCall({ token: 't' })

/** What a Facebook login leads to, or how it fails. */
async function list(script: Script): Promise<unknown> {
  server = await startScriptedServer(script)
  const adapter = createInstagramAdapter({ login: 'facebook', baseUrl: server.url, hosts })
  return adapter.listAccounts?.(context).catch((error: unknown) => error)
}

const page = (id: string, username?: string) => ({
  id,
  name: `Page ${id}`,
  ...(username !== undefined && { instagram_business_account: { id: `1784140000000000${id}`, username } }),
})
const pages = (...data: readonly object[]) => ({ json: { data } })
const ada = { externalId: accountId, username: 'ada', url: 'https://www.instagram.com/ada/' }
const adaOfPage = { ...ada, name: 'Page 1' }

test('an Instagram login says its professional account, not the id that is the app’s own', async () => {
  server = await startScriptedServer(() => ({ json: { id: '271', user_id: accountId, username: 'ada' } }))
  const adapter = createInstagramAdapter({ login: 'instagram', baseUrl: server.url, hosts })
  expect(await adapter.readAccount?.(context)).toEqual({ ...ada, aliases: ['271'] })
})

describe('a Facebook login', () => {
  test('leads to the account of the one Page that has one', async () => {
    expect(await list(() => pages(page('2'), page('1', 'ada')))).toEqual([adaOfPage])
  })

  test('leads to the accounts of all Pages, each once', async () => {
    const script: Script = ({ path }) =>
      path.endsWith('/businesses') ? pages() : pages(page('1', 'ada'), page('2', 'bea'), page('1', 'ada'))
    expect(await list(script)).toMatchObject([
      { username: 'ada', name: 'Page 1' },
      { username: 'bea', name: 'Page 2' },
    ])
  })

  test('says by which id callbacks will name the person', async () => {
    const script: Script = ({ path }) =>
      path.endsWith('/me') ? { json: { id: '122' } } : pages(page('1', 'ada'), page('2', 'bea'))
    expect(await list(script)).toMatchObject([{ aliases: ['122'] }, { aliases: ['122'] }])
  })

  test('is followed through all pages of the list', async () => {
    const paging = { cursors: { after: 'a' }, next: 'https://graph.facebook.com/next' }
    const script: Script = ({ query }) => ({
      json: query.has('after') ? { data: [page('1', 'ada')] } : { data: [page('2')], paging },
    })
    expect(await list(script)).toEqual([adaOfPage])
  })

  test('is followed through businesses, beside Pages of its own', async () => {
    const script: Script = ({ path }) => {
      if (path.endsWith('/businesses')) return pages({ id: '5' })
      if (path.endsWith('/5/owned_pages')) return graphError(200)
      return pages(path.endsWith('/5/client_pages') ? page('2', 'bea') : page('1', 'ada'))
    }
    expect(await list(script)).toMatchObject([{ username: 'ada' }, { username: 'bea' }])
  })

  test('is followed through all businesses, a few at a time', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => String(50 + index))
    const paging = { cursors: { after: 'a' }, next: 'https://graph.facebook.com/next' }
    const headers = { 'x-app-usage': '{"call_count":1,"total_cputime":1,"total_time":1}' }
    const listOf = (query: URLSearchParams) => (query.has('after') ? ids.slice(10) : ids.slice(0, 10))
    server = await startScriptedServer(({ path, query }) => {
      const businesses = { data: listOf(query).map((id) => ({ id })), ...(!query.has('after') && { paging }) }
      if (path.endsWith('/businesses')) return { json: businesses, headers }
      return { ...pages(...(path.endsWith('/61/client_pages') ? [page('1', 'ada')] : [])), headers }
    })
    let open = 0
    let openMax = 0
    const counting = {
      ...context,
      accessToken: () => {
        open += 1
        openMax = Math.max(openMax, open)
        return context.accessToken()
      },
      noteRateWindows: () => {
        open -= 1
      },
    }
    const adapter = createInstagramAdapter({ login: 'facebook', baseUrl: server.url, hosts })
    expect(await adapter.listAccounts?.(counting)).toMatchObject([{ username: 'ada' }])
    expect(server.calls().filter((call) => call.endsWith('_pages'))).toHaveLength(24)
    expect(openMax).toBe(4)
  })

  test('that may not see businesses leads to its own Pages', async () => {
    const script: Script = ({ path }) => (path.endsWith('/businesses') ? graphError(200) : pages(page('1', 'ada')))
    expect(await list(script)).toEqual([adaOfPage])
  })

  test('with a token of a Page leads to the account of that Page', async () => {
    const script: Script = ({ path }) => (path.endsWith('/accounts') ? graphError(100) : { json: page('1', 'ada') })
    expect(await list(script)).toEqual([{ ...adaOfPage, aliases: ['1'] }])
  })

  test('whose token is not taken any more says so', async () => {
    expect(await list(() => graphError(190, 463))).toMatchObject({ code: 'token_expired' })
  })
})

describe('a Facebook login that leads to no account says', () => {
  const granted = ['instagram_basic', 'pages_show_list', 'pages_read_engagement', 'business_management']
  const explain = async (found: object[], grants: string[] | undefined) =>
    list(({ path }) => {
      if (path.endsWith('/businesses')) return graphError(200)
      if (!path.endsWith('/permissions')) return pages(...found)
      return grants ? pages(...grants.map((permission) => ({ permission, status: 'granted' }))) : graphError(100)
    })

  test.each([
    ['which permission was not granted', [], granted.slice(1), 'Without instagram_basic no Instagram account'],
    ['that no Page was selected', [], granted, 'leads to no Page: none was selected'],
    ['which Pages have none', [page('2'), page('3')], granted, 'professional Instagram account: Page 2, Page 3. Link'],
    ['that Pages of a business are not seen', [page('2')], granted.slice(0, 3), 'need business_management'],
    ['what it can where permissions cannot be read', [page('2')], undefined, 'professional Instagram account: Page 2'],
  ])('%s', async (_, found, grants, message) => {
    const code = 'permission_missing'
    expect(await explain(found, grants)).toMatchObject({ code, message: expect.stringContaining(message) })
  })
})

test('a call that does not say which of several accounts it is for is refused', async () => {
  server = await startScriptedServer(() => pages(page('1', 'ada'), page('2', 'bea')))
  const adapter = createInstagramAdapter({ login: 'facebook', baseUrl: server.url })
  await expect(adapter.readAccountMetrics?.(context)).rejects.toMatchObject({ code: 'misconfigured' })
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
