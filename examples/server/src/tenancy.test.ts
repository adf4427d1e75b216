import { readFile } from 'node:fs/promises'
import { usd } from '@ofm-social/budget'
import { createXAdapter } from '@ofm-social/platform-x'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from './testing/start-test-app.ts'

const photo = await readFile(new URL('../samples/photo.jpg', import.meta.url))

/** Everything that an agency has, by the names of path parameters. */
interface Belongings {
  readonly key: string
  readonly creator: string
  readonly account: string
  readonly asset: string
  readonly post: string
  readonly publication: string
  readonly revisionHash: string
  readonly budget: string
  readonly alert: string
  readonly next: string
}

let app: TestApp
let own: Belongings
let foreign: Belongings
let operations: readonly Operation[]

interface Operation {
  readonly id: string
  readonly method: string
  readonly path: string
}

beforeAll(async () => {
  const apps = { x: { clientId: 'id' } }
  app = await startTestApp({}, { adapters: [createXAdapter({ baseUrl: 'http://127.0.0.1:9' })], apps })
  own = await seed('studio-nord', 'nord')
  foreign = await seed('studio-sud', 'CANARY-sud')
  const document = (await app.request('GET', '/openapi.json', { as: null })).body
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { operationId: string }>).map(([method, { operationId }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
    })),
  )
})
afterAll(() => app.close())

async function seed(agency: string, mark: string): Promise<Belongings> {
  const key = await app.apiKeys.create({ agency, name: mark })
  const call = async (method: string, path: string, body?: unknown) =>
    (await app.request(method, path, { body, as: key })).body
  const creator = await call('POST', '/v1/creators', { externalId: `${mark}-creator`, name: mark })
  const account = await call('POST', '/v1/accounts', {
    creator: creator.id,
    platform: 'scripted',
    tokens: { accessToken: mark },
  })
  const upload = { as: key, raw: new Blob([photo]), headers: { 'content-type': 'image/jpeg' } }
  const asset = await app.request('POST', `/v1/creators/${creator.id}/assets?fileName=${mark}.jpg`, upload)
  const input = { to: [account.id], text: mark, approval: 'required', at: '2099-01-01T00:00:00Z' }
  const post = await call('POST', '/v1/posts', { ...input, key: mark })
  await call('POST', '/v1/posts', input)
  await call('POST', '/v1/pauses', { scope: { account: account.id }, reason: mark })
  const budget = `${agency}-budget`
  await call('POST', '/v1/budgets', { budget, limit: '1 USD', period: 'month', alertAt: [0.5] })
  await call('POST', '/v1/budgets', { budget: `${budget}/${mark}`, limit: '1 USD', period: 'month' })
  const ledger = app.ledger.forTenant(agency)
  await ledger.record({ budget, cost: usd('0.6'), reference: mark })
  const alerts = await call('GET', '/v1/budget-alerts')
  const rate = { from: 'EUR', to: 'USD', rate: '1.0832', day: '2026-11-26', source: mark }
  await call('POST', '/v1/exchange-rates', rate)
  const { next } = await call('GET', '/v1/posts?limit=1')
  return {
    key,
    creator: creator.id,
    account: account.id,
    asset: asset.body.id,
    post: post.id,
    publication: post.publications[0].id,
    revisionHash: post.revisionHash,
    budget,
    alert: alerts.items[0].id,
    next,
  }
}

/** Bodies with nothing wrong but whose ids they hold. */
const bodies: Readonly<Record<string, (ids: Belongings) => unknown>> = {
  addAccount: ({ creator }) => ({ creator, platform: 'scripted', tokens: { accessToken: 'another' } }),
  updateAccount: () => ({ spacing: 1 }),
  beginConnect: ({ creator }) => ({ creator, platform: 'x' }),
  checkPost: ({ account }) => ({ to: [account], text: 'Theirs' }),
  createPost: ({ account, asset }) => ({ to: [{ account }], text: 'Theirs', assets: [{ asset }] }),
  editPost: () => ({ text: 'Theirs' }),
  reschedulePost: () => ({ at: '2099-02-01T00:00:00Z' }),
  approvePost: ({ revisionHash }) => ({ revisionHash }),
  confirmPublication: () => ({ externalId: 'seen' }),
  changeBudget: () => ({ limit: '2 USD' }),
  setBudgetState: () => ({ state: 'frozen', reason: 'theirs' }),
  checkBudget: () => ({ amount: '0.1 USD' }),
  pause: ({ account }) => ({ scope: { account } }),
  resume: ({ account }) => ({ scope: { account } }),
}
/** Requests that name nothing of anybody, or whose whole answer is compared below. */
const withoutIds = [
  ...['addCreator', 'completeConnect', 'livez', 'readyz', 'getAgency', 'updateAgency', 'rewrapSecrets'],
  ...['setBudget', 'quoteModelCall', 'addExchangeRate'],
  ...['answerChallenge', 'receiveWebhook', 'answerAgencyChallenge', 'receiveAgencyWebhook'],
]
const lists: Readonly<Record<string, (ids: Belongings) => readonly string[]>> = {
  listCreators: () => [''],
  listAccounts: ({ creator }) => ['', `?creator=${creator}`, '?creator=CANARY-sud-creator'],
  listAssets: ({ creator }) => ['', `?creator=${creator}`],
  listPosts: ({ creator, next }) => ['', `?creator=${creator}`, `?after=${encodeURIComponent(next)}`],
  listPublications: ({ creator, account, post, next }) => [
    ...['', `?creator=${creator}`, `?account=${account}`, `?post=${post}`],
    `?after=${encodeURIComponent(next)}`,
  ],
  listPauses: () => [''],
  listBudgets: ({ budget }) => ['', `?below=${budget}`],
  listBudgetAlerts: () => [''],
  listExchangeRates: () => [''],
}
const bulk: Readonly<Record<string, (ids: Belongings) => unknown>> = {
  confirmPublications: ({ publication }) => ({ answers: [{ id: publication, externalId: 'seen' }] }),
  retryPublications: ({ account }) => ({ filter: { account }, limit: 10 }),
  giveUpPublications: ({ post }) => ({ filter: { post }, limit: 10 }),
}

/** All that the other agency can see of itself. */
async function readForeign(): Promise<string> {
  const paths = [
    'creators',
    'accounts',
    'assets',
    'posts',
    'publications',
    'pauses',
    'budgets',
    'budget-alerts',
    'exchange-rates',
  ]
  const answers = await Promise.all(paths.map((path) => app.request('GET', `/v1/${path}`, { as: foreign.key })))
  return answers.map(({ text }) => text).join('\n')
}

describe('what another agency has', () => {
  test('is covered here for every operation of the reference', () => {
    const covered = (id: string, path: string) =>
      path.includes('{') || id in bodies || id in lists || id in bulk || withoutIds.includes(id)
    expect(operations.filter(({ id, path }) => !covered(id, path))).toEqual([])
    expect(operations.length).toBeGreaterThan(30)
  })

  test('is not found by its ids, in any path or body, and stays what it is', async () => {
    const before = await readForeign()
    expect(before).toContain('CANARY')
    app.logged.length = 0
    const wrong: string[] = []
    for (const { id, method, path } of operations) {
      if (id in lists || id in bulk || withoutIds.includes(id)) continue
      const url = path.replaceAll(/\{(\w+)\}/g, (_, name: keyof Belongings) => foreign[name])
      const isUpload = id === 'addAsset'
      const body = isUpload || method === 'GET' ? undefined : (bodies[id]?.(foreign) ?? {})
      const raw = isUpload ? new Blob([photo]) : undefined
      const answer = await app.request(method, url, { as: own.key, body, ...(raw && { raw }) })
      if (id === 'resume' && answer.status === 204) continue
      if (answer.status !== 404) wrong.push(`${id}: ${answer.status} ${answer.text.slice(0, 200)}`)
      if (answer.text.includes('CANARY')) wrong.push(`${id} shows it`)
    }
    expect(wrong).toEqual([])
    expect(app.logged.join('')).not.toContain('CANARY')
    expect(await readForeign()).toBe(before)
  })

  test('is in no list, whatever the filter or the page', async () => {
    for (const [id, toQueries] of Object.entries(lists)) {
      const path = operations.find((operation) => operation.id === id)?.path
      for (const query of toQueries(foreign)) {
        const { status, text } = await app.request('GET', `${path}${query}`, { as: own.key })
        expect([id, query, status < 500, text.includes('CANARY')]).toEqual([id, query, true, false])
        if (query !== '' && !query.startsWith('?after') && status === 200) expect(JSON.parse(text).items).toEqual([])
      }
    }
  })

  test('is touched by no bulk command', async () => {
    const before = await readForeign()
    for (const [id, toBody] of Object.entries(bulk)) {
      const path = operations.find((operation) => operation.id === id)?.path
      const { status, body, text } = await app.request('POST', `${path}`, { as: own.key, body: toBody(foreign) })
      expect([id, text.includes('CANARY')]).toEqual([id, false])
      if (status === 200) for (const { result } of body.results) expect([id, result]).toEqual([id, 'refused'])
    }
    expect(await readForeign()).toBe(before)
  })

  test('is not reached by ids of a wrong kind', async () => {
    const { account, post, publication } = own
    for (const path of [`/v1/posts/${account}`, `/v1/publications/${post}`, `/v1/accounts/${publication}`]) {
      expect((await app.request('GET', path, { as: own.key })).status).toBe(404)
    }
  })
})
