import assert from 'node:assert/strict'
import { isPlatformError } from '../platform/platform-error.ts'
import { createOneTimeGrant, nextTurn } from './one-time-grant.ts'
import { type RefreshRig, type RefreshStores, startRefreshRig } from './refresh-rig.ts'

type Check = (rig: RefreshRig) => Promise<void>

const hour = 3_600_000
const minute = 60_000

/**
 * What single-flight refresh has to hold on every storage, on a platform whose refresh tokens work once.
 *
 * @param createStores Makes empty stores with one agency; called once per case.
 */
export function refreshCases(
  createStores: () => Promise<RefreshStores>,
): readonly { readonly name: string; run(): Promise<void> }[] {
  return Object.entries({ ...single, ...interrupted, ...passing, ...early }).map(([name, check]) => ({
    name,
    run: async () => check(await startRefreshRig(await createStores())),
  }))
}

const single: Record<string, Check> = {
  'without it, of eighty callers one is served and the grant is revoked': async () => {
    const grant = createOneTimeGrant()
    const old = grant.login().refreshToken?.reveal()
    const answers = await Promise.all(Array.from({ length: 80 }, () => grant.refresh(old)))
    assert.equal(answers.filter(({ status }) => status === 'refreshed').length, 1)
    assert.deepEqual([grant.calls, grant.isRevoked], [80, true])
  },
  'four processes with twenty callers each make one call, and all get the new token': async (rig) => {
    await rig.advance(2 * hour)
    const processes = [1, 2, 3, 4].map(() => rig.startProcess())
    const tokens = await Promise.all(processes.flatMap(({ ask }) => Array.from({ length: 20 }, () => ask())))
    assert.deepEqual(new Set(tokens), new Set(['CANARY-access-2']))
    assert.deepEqual([grant(rig), tokens.length], [{ calls: 1, isRevoked: false }, 80])
  },
  'within a process the callers share one claim': async (rig) => {
    await rig.advance(2 * hour)
    let claims = 0
    let reads = 0
    let openGate = () => {}
    // Whoever reads after the refresh needs no claim at all: all of them read before it.
    const allHaveRead = new Promise<void>((resolve) => {
      openGate = resolve
    })
    const { ask } = rig.startProcess({
      async read(key) {
        const record = await rig.connections.read(key)
        reads += 1
        if (reads === 20) openGate()
        return record
      },
      async claimRefresh(key, claim) {
        claims += 1
        await allHaveRead
        return rig.connections.claimRefresh(key, claim)
      },
    })
    await Promise.all(Array.from({ length: 20 }, () => ask()))
    assert.equal(claims, 1)
  },
  'a process that read the old pair before another one stored the new calls nobody': async (rig) => {
    await rig.advance(2 * hour)
    const { ask } = rig.startProcess({
      async claimRefresh(key, claim) {
        if (rig.grant.calls === 0) await rig.startProcess().ask()
        return rig.connections.claimRefresh(key, claim)
      },
    })
    assert.equal(await ask(), 'CANARY-access-2')
    assert.deepEqual(grant(rig), { calls: 1, isRevoked: false })
  },
  'a token that the platform refused is refreshed once, however many callers say so': async (rig) => {
    await rig.advance(5 * minute)
    const processes = [1, 2, 3, 4].map(() => rig.startProcess())
    const storm = () =>
      Promise.all(processes.flatMap(({ ask }) => Array.from({ length: 20 }, () => ask({ force: 'refused' }))))
    assert.deepEqual(new Set(await storm()), new Set(['CANARY-access-2']))
    assert.deepEqual(new Set(await storm()), new Set(['CANARY-access-2']))
    assert.deepEqual(grant(rig), { calls: 1, isRevoked: false })
  },
}

const interrupted: Record<string, Check> = {
  'a holder killed after the answer costs a second call and the connection, which is said once': async (rig) => {
    await rig.advance(2 * hour)
    rig
      .startProcess({ storeRefresh: () => new Promise(() => undefined) })
      .ask()
      .catch(() => undefined)
    while (rig.grant.calls < 1) await nextTurn()
    const { ask } = rig.startProcess({}, patient(rig))
    const failures = await Promise.all(Array.from({ length: 20 }, () => codeOf(ask())))
    assert.deepEqual(new Set(failures), new Set(['reconnect']))
    assert.equal(await codeOf(rig.startProcess().ask()), 'reconnect')
    assert.deepEqual(grant(rig), { calls: 2, isRevoked: true })
    const [event, ...more] = (await rig.readEvents()).filter(({ type }) => type === 'account.reconnect')
    assert.match(event?.reason?.message ?? '', /answer to an earlier refresh was lost/)
    assert.equal(more.length, 0)
  },
  'a holder killed before it sent costs nothing: the next one comes when the lease is over': async (rig) => {
    await rig.advance(2 * hour)
    const before = await rig.connections.read(rig.key)
    await rig.connections.claimRefresh(rig.key, { version: before?.version ?? 0, leaseMs: minute })
    assert.equal(await rig.startProcess({}, patient(rig)).ask(), 'CANARY-access-2')
    const after = await rig.connections.read(rig.key)
    assert.ok((after?.now ?? 0) - (before?.now ?? 0) >= minute)
    assert.deepEqual(grant(rig), { calls: 1, isRevoked: false })
  },
  'an answer that is lost after the effect is tried once more with the old token, then asks the creator': async (
    rig,
  ) => {
    await rig.advance(2 * hour)
    rig.grant.fail('after')
    const { ask } = rig.startProcess()
    assert.equal(await codeOf(ask()), 'not_accepted')
    await rig.advance(30_000)
    assert.equal(await codeOf(ask()), 'reconnect')
    assert.deepEqual(grant(rig), { calls: 2, isRevoked: true })
    const account = await rig.accounts.find(rig.agencyId, rig.account.id)
    assert.equal(account?.connection.state, 'reconnect')
    assert.match(account?.connection.reason ?? '', /lost/)
  },
  'a new login ends reconnect': async (rig) => {
    await rig.advance(2 * hour)
    await rig.grant.refresh('CANARY-refresh-1')
    const { ask } = rig.startProcess()
    assert.equal(await codeOf(ask()), 'reconnect')
    await rig.connect()
    assert.equal(await ask(), 'CANARY-access-3')
    assert.equal(rig.grant.calls, 2)
  },
  'a process that stood still for 41 seconds before sending sends nothing, and looks again': async (rig) => {
    await rig.advance(2 * hour)
    let claims = 0
    const { ask } = rig.startProcess({
      async claimRefresh(key, claim) {
        const claimed = await rig.connections.claimRefresh(key, claim)
        claims += 1
        if (claims === 1) rig.passMonotonic(41_000)
        return claimed
      },
    })
    assert.equal(await ask(), 'CANARY-access-2')
    assert.deepEqual([claims, rig.grant.calls], [2, 1])
  },
  'a refusal that comes after the fence moved changes nothing': async (rig) => {
    await rig.advance(2 * hour)
    const { ask } = rig.startProcess({
      async refuseRefresh(key, refusal, event) {
        await rig.connect()
        return rig.connections.refuseRefresh(key, refusal, event)
      },
    })
    await rig.grant.refresh('spent')
    assert.equal(await ask(), 'CANARY-access-2')
    assert.equal((await rig.accounts.find(rig.agencyId, rig.account.id))?.connection.state, 'active')
  },
  'an account that was connected again without tokens of ours is asked for anew': async (rig) => {
    await rig.advance(2 * hour)
    const { ask } = rig.startProcess({
      async claimRefresh() {
        const { connection: _connection, createdAt: _createdAt, afterUnknown, spacingMs, ...profile } = rig.account
        const facts = { appKey: null, aliases: [], scopes: [], missingScopes: [], tokens: null, expiresAt: null }
        const connected = { ...profile, ...facts, defaults: { afterUnknown, spacingMs } }
        await rig.accounts.connect(rig.agencyId, connected, { type: 'account.connected', by: 'app' })
        return null
      },
    })
    assert.equal(await codeOf(ask()), 'not_accepted')
  },
  'a disconnect during the call stores nothing, and the new tokens are revoked': async (rig) => {
    await rig.advance(2 * hour)
    const { ask } = rig.startProcess({
      async storeRefresh(key, refreshed) {
        await rig.accounts.disconnect(rig.agencyId, rig.account.id, { type: 'account.disconnected', by: 'ada' })
        return rig.connections.storeRefresh(key, refreshed)
      },
    })
    assert.equal(await codeOf(ask()), 'reconnect')
    assert.deepEqual(rig.grant.revokedTokens, ['CANARY-refresh-2', 'CANARY-access-2'])
    assert.equal((await rig.connections.read(rig.key))?.tokens, null)
  },
}

const passing: Record<string, Check> = {
  'a database that is away when the answer is to be stored loses nothing': async (rig) => {
    await rig.advance(2 * hour)
    let failures = 0
    const { ask } = rig.startProcess({
      async storeRefresh(key, refreshed) {
        failures += 1
        if (failures <= 3) throw new Error('the connection to the database was closed')
        return rig.connections.storeRefresh(key, refreshed)
      },
    })
    assert.equal(await ask(), 'CANARY-access-2')
    assert.equal(await rig.startProcess().ask(), 'CANARY-access-2')
    assert.equal(rig.grant.calls, 1)
  },
  'after a failure nobody calls for 30 seconds, and then it goes on': async (rig) => {
    await rig.advance(2 * hour)
    rig.grant.fail('before')
    const processes = [rig.startProcess(), rig.startProcess()]
    const failures = await Promise.all(processes.map(({ ask }) => codeOf(ask())))
    assert.deepEqual(failures, ['not_accepted', 'not_accepted'])
    assert.equal(await codeOf(rig.startProcess().ask()), 'not_accepted')
    assert.equal(rig.grant.calls, 1)
    await rig.advance(30_000)
    assert.equal(await rig.startProcess().ask(), 'CANARY-access-2')
    assert.equal(rig.grant.calls, 2)
  },
  'a platform that says when to come back is left alone until then': async (rig) => {
    await rig.advance(2 * hour)
    rig.grant.fail('refuse_for_a_minute')
    const { ask } = rig.startProcess()
    assert.equal(await codeOf(ask()), 'rate_limited')
    await rig.advance(59_000)
    assert.equal(await codeOf(ask()), 'not_accepted')
    await rig.advance(1_000)
    assert.equal(await ask(), 'CANARY-access-2')
  },
  'a failing early refresh leaves the token in use that is still good': async (rig) => {
    await rig.advance(2 * hour - 4 * minute)
    rig.grant.fail('before')
    const { ask } = rig.startProcess()
    assert.equal(await ask(), 'CANARY-access-1')
    assert.equal(await ask(), 'CANARY-access-1')
    assert.equal(await codeOf(ask({ forMs: 5 * minute })), 'not_accepted')
    assert.equal(rig.grant.calls, 1)
  },
  'a platform that does not answer is left after the timeout': async (rig) => {
    await rig.advance(2 * hour)
    rig.grant.fail('hang')
    const failure = codeOf(rig.startProcess().ask())
    while (rig.grant.calls < 1) await nextTurn()
    rig.timeOut()
    assert.equal(await failure, 'not_accepted')
    const record = await rig.connections.read(rig.key)
    assert.ok(record?.retryAt !== null && record?.state === 'active')
  },
}

const early: Record<string, Check> = {
  'a token is used until five minutes before its end, and for an upload ends earlier': async (rig) => {
    const { ask } = rig.startProcess()
    await rig.advance(2 * hour - 7 * minute)
    assert.equal(await ask(), 'CANARY-access-1')
    assert.equal(await ask({ forMs: 15 * minute }), 'CANARY-access-2')
    await rig.advance(2 * hour - 5 * minute)
    assert.equal(await ask(), 'CANARY-access-3')
    assert.equal(rig.grant.calls, 2)
  },
  'no token is in a log, an event or an error': async (rig) => {
    await rig.advance(2 * hour)
    rig.grant.fail('after')
    const { ask } = rig.startProcess()
    const errors: unknown[] = []
    await ask().catch((error) => errors.push(error))
    await rig.advance(30_000)
    await ask().catch((error) => errors.push(error))
    assert.equal(errors.length, 2)
    const { inspect } = await import('node:util')
    assert.ok(!inspect([errors, rig.log, await rig.readEvents()], { depth: 9 }).includes('CANARY'))
  },
}

/** Waits longer, so that a lease is over after a few looks. */
function patient(rig: RefreshRig) {
  return { wait: () => rig.advance(5_000) }
}

function grant({ grant: { calls, isRevoked } }: RefreshRig) {
  return { calls, isRevoked }
}

async function codeOf(asked: Promise<unknown>): Promise<string> {
  try {
    await asked
    return 'none'
  } catch (error) {
    return isPlatformError(error) ? error.code : String(error)
  }
}
