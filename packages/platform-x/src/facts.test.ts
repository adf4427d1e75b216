import { createTestCall, type ScriptedServer, startScriptedServer } from '@ofm-social/core/testing'
import { afterEach, expect, test } from 'vitest'
import { createXAdapter } from './x-adapter.ts'

let server: ScriptedServer | undefined
afterEach(() => server?.close())

const now = Date.UTC(2026, 11, 1, 12)
const text = 'a'.repeat(300)
const part = { kind: 'post', index: 0, text, assets: [], settings: {}, rating: 'general' } as const
const me = { id: '2244994945', username: 'ada_demo' }

async function readTier(answer: object) {
  server = await startScriptedServer(() => ({ json: { data: { ...me, ...answer } } }))
  const adapter = createXAdapter({ baseUrl: server.url, accountTier: 'read' })
  const { context } = createTestCall({ token: 't', now })
  const facts = await adapter.readFacts?.({ accountExternalId: me.id }, context)
  return { adapter, facts }
}

test.each([
  [{ subscription_type: 'Premium' }, []],
  [{ subscription_type: 'PremiumPlus' }, []],
  [{ subscription_type: 'None', verified_type: 'business' }, []],
  [{ subscription_type: 'None', verified_type: 'none' }, ['too_long']],
  [{}, ['too_long']],
])('a long text with %j', async (answer, expected) => {
  const { adapter, facts } = await readTier(answer)
  expect(adapter.checkPart(part, facts).map(({ code }) => code)).toEqual(expected)
})

test('is asked for once a day, and only where the host wants it', async () => {
  const { facts } = await readTier({ subscription_type: 'Basic', protected: true })
  expect(facts).toEqual({
    expiresAt: now + 86_400_000,
    subscriptionType: 'Basic',
    verifiedType: null,
    isProtected: true,
  })
  expect(server?.requests[0]?.query.get('user.fields')).toBe('subscription_type,verified_type,protected')
  expect(createXAdapter().readFacts).toBeUndefined()
})

test('facts of another release are as good as none', () => {
  const adapter = createXAdapter()
  expect(adapter.checkPart(part, { expiresAt: now, tier: 'gold' })).toMatchObject([{ code: 'too_long', limit: 280 }])
})
