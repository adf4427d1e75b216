import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import type { AgencyId, CreatorId } from '../model/ids.ts'
import { Secret } from '../platform/secret.ts'
import { createReadApp } from './app-credentials.ts'

const owner = { agencyId: 'agency_a' as AgencyId, creatorId: 'creator_ada' as CreatorId, platform: 'x' }

describe('credentials of an app', () => {
  test('are wrapped wherever a name speaks of a secret, key or token', async () => {
    const readApp = createReadApp({
      x: {
        clientId: 'client',
        clientSecret: 'CANARY-1',
        apiKey: 'CANARY-2',
        bearerToken: 'CANARY-3',
        region: 'eu',
        pages: { pageSecret: 'CANARY-4', name: 'page' },
      },
    })
    const app = await readApp(owner)
    expect(app).toMatchObject({ clientId: 'client', region: 'eu', pages: { name: 'page' } })
    expect(app?.clientSecret?.reveal()).toBe('CANARY-1')
    expect(app?.apiKey).toBeInstanceOf(Secret)
    expect(inspect(app, { depth: 9 }) + JSON.stringify(app)).not.toContain('CANARY')
  })

  test('may come from a function, asked for each account', async () => {
    const readApp = createReadApp(async ({ platform, creatorId, agencyId }) => ({
      clientId: `${platform} ${creatorId} ${agencyId}`,
    }))
    expect(await readApp(owner)).toEqual({ clientId: 'x creator_ada agency_a' })
  })

  test('are null where none are configured, also for names that objects have anyway', async () => {
    expect(await createReadApp()(owner)).toBeNull()
    expect(await createReadApp({ y: { clientId: 'c' } })({ ...owner, platform: 'constructor' })).toBeNull()
  })

  test('without a client id are a mistake', async () => {
    await expect(createReadApp({ x: {} as never })(owner)).rejects.toMatchObject({ code: 'misconfigured' })
  })
})
