import { isPlatformError, type PreparedPart } from '@ofm-social/core'
import {
  createTestCall,
  type Script,
  type ScriptedServer,
  sampleAsset,
  startScriptedServer,
} from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import {
  accountId,
  commentId,
  containerId,
  graphError,
  listed,
  mediaId,
  permalink,
  quota,
} from './__fixtures__/answers.ts'
import type { InstagramUploads } from './container-checkpoint.ts'
import { createInstagramAdapter } from './instagram-adapter.ts'
import type { InstagramSettings } from './settings.ts'

type Part = PreparedPart<InstagramSettings, InstagramUploads>

const now = Date.UTC(2026, 11, 1, 12)
const part: Part = {
  kind: 'post',
  index: 0,
  text: 'First light',
  assets: [sampleAsset('jpeg')],
  settings: {},
  rating: 'general',
  uploads: { accountId, containerId },
}
const comment: Part = {
  ...part,
  kind: 'comment',
  index: 1,
  text: 'Link in bio',
  assets: [],
  uploads: {},
  parent: { externalId: mediaId, url: permalink },
}

let server: ScriptedServer
afterEach(() => server.close())

async function publish(script: Script, published = part) {
  server = await startScriptedServer(script)
  const adapter = createInstagramAdapter({ login: 'instagram', baseUrl: server.url })
  const call = createTestCall({ token: 't', now })
  const outcome = await adapter.publish(published, call.context).catch((error: unknown) => error)
  return { outcome, call, error: isPlatformError(outcome) ? outcome : undefined }
}

describe('a post', () => {
  test('is one write, and its address is read after it', async () => {
    const { outcome, call } = await publish(({ method }) => ({
      json: method === 'POST' ? { id: mediaId } : { id: mediaId, permalink },
    }))
    expect(outcome).toEqual({ status: 'published', externalId: mediaId, url: permalink })
    expect(server.requests[0]).toMatchObject({
      path: `/graph.instagram.com/v25.0/${accountId}/media_publish`,
      form: { creation_id: containerId },
    })
    expect(call.sent).toHaveLength(1)
  })

  test.each([
    ['is not found yet', graphError(100, 33)],
    ['fails', { status: 502, text: '<html>' }],
    ['dies', { reset: true as const }],
  ])('stays published when the look for its address %s', async (_, answer) => {
    const { outcome } = await publish(({ method }) => (method === 'POST' ? { json: { id: mediaId } } : answer))
    expect(outcome).toEqual({ status: 'published', externalId: mediaId })
  })

  test('stays published when the look for its address is refused as spam, and stops the account', async () => {
    const spam = graphError(4, 2207051, 'Application request limit reached')
    const { outcome } = await publish(({ method }) => (method === 'POST' ? { json: { id: mediaId } } : spam))
    expect(outcome).toEqual({
      status: 'published',
      externalId: mediaId,
      block: { scope: 'account', until: expect.any(Number), message: expect.stringContaining('4/2207051') },
    })
    const { block } = outcome as { block: { until: number } }
    expect(block.until).toBeGreaterThanOrEqual(now + 86_400_000)
  })

  test('without a container is prepared again', async () => {
    const { error } = await publish(() => ({}), { ...part, uploads: {} })
    expect(error?.code).toBe('prepare_again')
    expect(server.requests).toEqual([])
  })
})

test('a comment is written without asking for fields', async () => {
  const { outcome } = await publish(() => ({ json: { id: commentId } }), comment)
  expect(outcome).toEqual({ status: 'published', externalId: commentId, url: permalink })
  expect(server.requests).toHaveLength(1)
  expect(server.requests[0]).toMatchObject({
    path: `/graph.instagram.com/v25.0/${mediaId}/comments`,
    form: { message: 'Link in bio' },
  })
  expect(server.requests[0]?.query.toString()).toBe('')
})

describe('the address that was missing', () => {
  async function readUrl(live: Part, answer: ReturnType<Script> = { json: { id: mediaId, permalink } }) {
    server = await startScriptedServer(() => answer)
    const adapter = createInstagramAdapter({ login: 'instagram', baseUrl: server.url })
    const { context } = createTestCall({ token: 't', now })
    return adapter.readUrl?.({ ...live, externalId: live.kind === 'comment' ? commentId : mediaId }, context)
  }

  test.each([
    ['a post', part],
    ['a comment, which has that of its post,', comment],
  ])('of %s is read', async (_, live) => {
    expect(await readUrl(live)).toBe(permalink)
    expect(server.calls()).toEqual([`GET /graph.instagram.com/v25.0/${mediaId}`])
  })

  test('is not said yet, or cannot be read yet', async () => {
    expect(await readUrl(part, { json: { id: mediaId } })).toBeUndefined()
    await server.close()
    await expect(readUrl(part, graphError(100, 33))).rejects.toMatchObject({ name: 'PlatformError' })
  })
})

describe('before a write', () => {
  async function baseline(script: Script, prepared = part) {
    server = await startScriptedServer(script)
    const adapter = createInstagramAdapter({ login: 'instagram', baseUrl: server.url })
    return adapter.readBaseline?.(prepared, createTestCall({ token: 't', now }).context)
  }

  test('the newest media and the used quota are remembered', async () => {
    const script: Script = ({ path }) => (path.endsWith('_limit') ? quota(7) : listed({ id: '1' }, { id: '2' }))
    expect(await baseline(script)).toEqual({ ids: ['1', '2'], quotaUsed: 7 })
  })

  test('of a story the stories are remembered, of a comment the comments', async () => {
    const script: Script = ({ path }) => (path.endsWith('_limit') ? quota(7) : listed({ id: '1' }))
    await baseline(script, { ...part, text: '', settings: { placement: 'story' } })
    expect(server.calls().at(-1)).toMatch(/\/stories$/)
    await server.close()
    expect(await baseline(script, comment)).toEqual({ ids: ['1'], quotaUsed: null })
    expect(server.calls()).toEqual([`GET /graph.instagram.com/v25.0/${mediaId}/comments`])
  })

  test('a quota that is used up holds the post, by what Instagram says today', async () => {
    const error = await baseline(({ path }) => (path.endsWith('_limit') ? quota(25, 25) : listed())).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({
      code: 'quota_exhausted',
      until: now + 3_600_000,
      message: expect.stringContaining('25'),
    })
  })
})
