import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { AgencyId } from '../model/ids.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { PlatformError } from '../platform/platform-error.ts'
import { createKeyRing } from '../secrets/key-ring.ts'
import { createVault } from '../secrets/vault.ts'
import { createFixedClock } from '../testing/fixed-clock.ts'
import { createMemoryAccountStores } from '../testing/memory/memory-account-store.ts'
import { createMemoryCreatorStore } from '../testing/memory/memory-creator-store.ts'
import { createMemoryKeyStore } from '../testing/memory/memory-key-store.ts'
import { refreshCases } from '../testing/refresh-cases.ts'
import { type RefreshStores, startRefreshRig } from '../testing/refresh-rig.ts'
import { createReadApp } from './app-credentials.ts'

const hour = 3_600_000

async function createStores(): Promise<RefreshStores> {
  const clock = createFixedClock()
  const { accounts, connections, events } = createMemoryAccountStores(clock.now)
  return {
    agencyId: 'agency_a' as AgencyId,
    creators: createMemoryCreatorStore(clock.now),
    accounts,
    connections,
    keys: createMemoryKeyStore(),
    advance: async (ms) => clock.advance(ms),
    readEvents: async () => events,
  }
}

describe('refreshing a token', () => {
  for (const { name, run } of refreshCases(createStores)) test(name, run)
})

describe('the token of an account', () => {
  test('that cannot be refreshed is used until it has expired, and then the creator is asked', async () => {
    const rig = await startRefreshRig(await createStores())
    const { oauth: _oauth, ...adapter } = rig.adapter
    const { ask } = rig.startProcess({}, { adapters: [adapter] })
    await rig.advance(2 * hour - 1_000)
    expect(await ask()).toBe('CANARY-access-1')
    expect(await ask({ force: 'refused' })).toBe('CANARY-access-1')
    await rig.advance(1_000)
    await expect(ask()).rejects.toMatchObject({ code: 'reconnect', message: expect.stringContaining('Strict') })
    expect(await rig.readEvents()).toMatchObject([{ type: 'account.connected' }, { type: 'account.reconnect' }])
  })

  test('that needs an app to be refreshed says so when it has expired, and the connection stays', async () => {
    const rig = await startRefreshRig(await createStores())
    const { ask } = rig.startProcess({}, { readApp: createReadApp() })
    await rig.advance(2 * hour - 1_000)
    expect(await ask()).toBe('CANARY-access-1')
    await rig.advance(1_000)
    await expect(ask()).rejects.toMatchObject({
      code: 'misconfigured',
      scope: 'app',
      message: expect.stringContaining('apps: { strict'),
    })
    expect((await rig.accounts.find(rig.agencyId, rig.account.id))?.connection.state).toBe('active')
  })

  test('is asked of the host where the account has none here', async () => {
    const rig = await startRefreshRig(await createStores())
    const read: typeof rig.connections.read = async (key) => {
      const record = await rig.connections.read(key)
      return record && { ...record, tokens: null }
    }
    const tokenSource = async (_id: string, { refused }: { refused: boolean }) => ({
      accessToken: refused ? 'another' : 'of the host',
    })
    const { ask } = rig.startProcess({ read }, { tokenSource })
    expect([await ask(), await ask({ force: 'refused' })]).toEqual(['of the host', 'another'])
  })

  test('that was refreshed is used once to ask for what happens on the account, and a refusal keeps nobody', async () => {
    const rig = await startRefreshRig(await createStores())
    const asked: unknown[] = []
    const subscribe: PlatformAdapter['subscribe'] = async ({ account, accessToken }) => {
      asked.push([account, (await accessToken()).reveal()])
      throw new PlatformError({ code: 'permission_missing', message: 'Not granted.' })
    }
    const { ask } = rig.startProcess({}, { adapters: [{ ...rig.adapter, subscribe }] })
    expect([await ask(), asked]).toEqual(['CANARY-access-1', []])
    await rig.advance(2 * hour - 1_000)
    expect([await ask(), await ask()]).toEqual(['CANARY-access-2', 'CANARY-access-2'])
    expect(asked).toEqual([[{ externalId: '42', username: 'ada' }, 'CANARY-access-2']])
    expect(rig.log).toMatchObject([{ level: 'warn', accountId: rig.account.id, error: 'permission_missing' }])
  })

  test('of a disconnected or unknown account asks for a new connection', async () => {
    const rig = await startRefreshRig(await createStores())
    const { ask, access } = rig.startProcess()
    await rig.accounts.disconnect(rig.agencyId, rig.account.id, { type: 'account.disconnected', by: 'ada' })
    await expect(ask()).rejects.toMatchObject({ code: 'reconnect' })
    const elsewhere = { agencyId: 'agency_b' as AgencyId, accountId: rig.account.id }
    const { signal } = new AbortController()
    await expect(access.accessToken(elsewhere, { forMs: 0, force: 'no', signal })).rejects.toMatchObject({
      code: 'reconnect',
    })
  })

  test('that cannot be opened asks the operator, an erased one the creator', async () => {
    const rig = await startRefreshRig(await createStores())
    const keyRing = createKeyRing(randomBytes(32).toString('hex'), randomBytes)
    const vault = createVault({ keyStore: rig.keys, keyRing, randomBytes, monotonicNow: () => 0 })
    await expect(rig.startProcess({}, { vault }).ask()).rejects.toMatchObject({ code: 'misconfigured', scope: 'app' })
    await rig.keys.destroy({ agencyId: rig.agencyId, creatorId: rig.account.creatorId })
    await expect(rig.startProcess().ask()).rejects.toMatchObject({ code: 'reconnect' })
  })

  test('is not waited for after an abort, and the refresh goes on for others', async () => {
    const rig = await startRefreshRig(await createStores())
    await rig.advance(2 * hour)
    const { ask, access } = rig.startProcess()
    const controller = new AbortController()
    const mine = access.accessToken(rig.key, { forMs: 0, force: 'no', signal: controller.signal })
    const others = ask()
    controller.abort(new Error('shutdown'))
    await expect(mine).rejects.toThrow('shutdown')
    expect(await others).toBe('CANARY-access-2')
    expect(rig.grant.calls).toBe(1)
  })
})

describe('the app of an account', () => {
  test('is empty where the host configured none, and a mistake of the host stops its publications', async () => {
    const rig = await startRefreshRig(await createStores())
    const owner = { ...rig.key, creatorId: rig.account.creatorId, platform: 'strict' }
    const withApps = (apps: Parameters<typeof createReadApp>[0]) =>
      rig.startProcess({}, { readApp: createReadApp(apps) }).access.appFor(owner)
    expect(await withApps(undefined)).toEqual({ clientId: '' })
    await expect(withApps({ strict: { clientId: '' } })).rejects.toMatchObject({ code: 'misconfigured', scope: 'app' })
  })
})
