import { inspect } from 'node:util'
import { describe, expect, test } from 'vitest'
import { agencyA, start, tokens } from './accounts-rig.test-support.ts'
import { openTokens } from './seal-tokens.ts'

describe('adding an account', () => {
  test('asks the platform whose tokens they are, seals them and makes the creator', async () => {
    const { accounts, add, connections, vault, events } = start()
    const account = await add()
    expect(account).toMatchObject({
      platform: 'strict',
      externalId: 'id-ada',
      username: 'ada',
      url: 'https://strict.test/ada',
      connection: { state: 'active', reason: null },
      afterUnknown: 'ask',
      spacingMs: 120_000,
    })
    expect(await accounts.get(account.id)).toEqual(account)
    const record = await connections.read({ agencyId: agencyA, accountId: account.id })
    expect(inspect(record, { depth: 9 }) + Buffer.from(record?.tokens?.accessBox ?? []).toString()).not.toContain(
      'CANARY',
    )
    const owner = { agencyId: agencyA, creatorId: account.creatorId, accountId: account.id }
    if (!record?.tokens) throw new Error('no tokens')
    const opened = await openTokens(vault, owner, record.tokens)
    expect([opened.accessToken.reveal(), opened.refreshToken?.reveal()]).toEqual(['CANARY-ada', 'CANARY-refresh'])
    expect(events).toMatchObject([{ type: 'account.connected', by: 'app', accountId: account.id }])
  })

  test('again brings its tokens up to date and keeps what was set', async () => {
    const { accounts, add, connections, events } = start()
    const first = await add()
    await accounts.update(first.id, { spacing: 5_000 })
    const again = await add()
    expect(again).toMatchObject({ id: first.id, spacingMs: 5_000 })
    expect(await connections.read({ agencyId: agencyA, accountId: first.id })).toMatchObject({ version: 2 })
    expect(events.map(({ type }) => type)).toEqual(['account.connected', 'account.updated', 'account.connected'])
  })

  test('twice at once makes one account, and its tokens open', async () => {
    const { accounts, add, connections, vault } = start()
    const [one, other] = await Promise.all([add(), add()])
    expect([one, other]).toMatchObject([{ id: other.id, username: 'ada' }, { username: 'ada' }])
    expect((await accounts.list()).items).toHaveLength(1)
    const record = await connections.read({ agencyId: agencyA, accountId: one.id })
    const owner = { agencyId: agencyA, creatorId: one.creatorId, accountId: one.id }
    if (!record?.tokens) throw new Error('no tokens')
    expect((await openTokens(vault, owner, record.tokens)).accessToken.reveal()).toBe('CANARY-ada')
  })

  test('that another creator has is refused, and the same account is free in another agency', async () => {
    const { add, others } = start()
    await add('ada', 'shared')
    await expect(add('bob', 'shared')).rejects.toMatchObject({
      code: 'account_taken',
      message: 'Strict account @shared belongs to another creator.',
    })
    await others.add({ creator: 'bob', platform: 'strict', tokens: { accessToken: 'CANARY-shared' } })
  })

  test('keeps expiry and scopes that the caller knows, and names what is missing', async () => {
    const { accounts } = start()
    const expiresAt = new Date(1_800_000_000_000)
    const account = await accounts.add({
      creator: 'ada',
      platform: 'strict',
      tokens: { ...tokens, expiresAt, scopes: ['read'] },
    })
    expect(account.connection).toMatchObject({ expiresAt, scopes: ['read'], missingScopes: ['write'] })
  })

  test('says what the platform said, without a token', async () => {
    const { add } = start()
    await expect(add('ada', 'expired')).rejects.toMatchObject({
      code: 'connect_failed',
      message: 'The token has expired.',
    })
    const broken = await add('ada', 'broken').catch((error: unknown) => error)
    expect(broken).toMatchObject({ code: 'platform_failed' })
    expect(inspect(broken)).not.toContain('CANARY')
  })

  test('refuses bad input with all problems, without showing a token', async () => {
    const { accounts, calls } = start()
    const bad = { creator: '', platform: 'strict', tokens: { acessToken: 'CANARY' } } as never
    const error = await accounts.add(bad).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      code: 'invalid_input',
      problems: [{ path: 'creator' }, { path: 'tokens/accessToken', code: 'missing' }, { path: 'tokens/acessToken' }],
    })
    expect(inspect(error)).not.toContain('CANARY')
    await expect(accounts.add({ creator: 'ada', platform: 'strict', externalId: '1' })).rejects.toMatchObject({
      problems: [{ path: 'tokens', code: 'missing', message: expect.stringContaining('tokenSource') }],
    })
    await expect(accounts.add({ creator: 'ada', platform: 'y', tokens })).rejects.toMatchObject({
      code: 'unknown_platform',
      message: 'There is no adapter for y. Platforms here: strict.',
      problems: [{ path: 'platform', code: 'unknown_platform' }],
    })
    expect(calls).toEqual([])
  })

  test('without tokens calls nobody where the host brings them', async () => {
    const { accounts, calls, connections } = start({ tokensFrom: 'host' })
    const account = await accounts.add({ creator: 'ada', platform: 'strict', externalId: '7', username: 'ada' })
    expect(account).toMatchObject({
      externalId: '7',
      username: 'ada',
      connection: { state: 'active', expiresAt: null },
    })
    expect(await connections.read({ agencyId: agencyA, accountId: account.id })).toMatchObject({ tokens: null })
    expect(calls).toEqual([])
  })
})

describe('accounts', () => {
  test('are listed by creator and platform, newest first', async () => {
    const { accounts, add } = start()
    const one = await add('ada', 'one')
    const two = await add('ada', 'two')
    await add('bob', 'three')
    expect((await accounts.list({ creator: 'ada' })).items).toEqual([two, one])
    expect((await accounts.list({ creator: 'ada', limit: 1 })).next).toBe(two.id)
    expect((await accounts.list({ platform: 'other' })).items).toEqual([])
    expect((await accounts.list({ creator: 'unknown' })).items).toEqual([])
  })

  test('of another agency, and ids that are none, are not found', async () => {
    const { add, others } = start()
    const { id } = await add()
    const notFound = expect.objectContaining({ code: 'not_found' })
    await expect(others.get(id)).rejects.toThrow(notFound)
    await expect(others.update(id, { spacing: 1 })).rejects.toThrow(notFound)
    await expect(others.disconnect(id)).rejects.toThrow(notFound)
    await expect(others.get('id')).rejects.toThrow(notFound)
    expect((await others.list()).items).toEqual([])
  })

  test('change what they do after an unknown outcome, with an event that says who', async () => {
    const { accounts, add, events } = start()
    const { id } = await add()
    const changed = await accounts.update(id, { afterUnknown: 'repeat_once', spacing: 0, by: 'mia' })
    expect(changed).toMatchObject({ afterUnknown: 'repeat_once', spacingMs: 0 })
    expect(events.at(-1)).toMatchObject({
      type: 'account.updated',
      by: 'mia',
      details: { afterUnknown: 'repeat_once', spacingMs: 0 },
    })
    await expect(accounts.update(id, { spacing: -1, afterUnknown: 'x' as never })).rejects.toMatchObject({
      problems: [{ path: 'afterUnknown' }, { path: 'spacing', message: 'spacing is -1; it must be at least 0.' }],
    })
  })

  test('are disconnected once: tokens forgotten and revoked, one event', async () => {
    const { accounts, add, calls, connections, events } = start()
    const { id } = await add()
    const account = await accounts.disconnect(id, { by: 'mia' })
    expect(account.connection.state).toBe('disconnected')
    expect(await connections.read({ agencyId: agencyA, accountId: id })).toMatchObject({
      tokens: null,
      state: 'disconnected',
    })
    await accounts.disconnect(id)
    expect(calls.filter((call) => call.startsWith('revoke'))).toEqual(['revoke CANARY-refresh', 'revoke CANARY-ada'])
    expect(events.filter(({ type }) => type === 'account.disconnected')).toMatchObject([{ by: 'mia' }])
    expect((await add()).connection.state).toBe('active')
  })

  test('are disconnected also when the platform does not answer', async () => {
    const { accounts, add, calls, log } = start()
    const { id } = await add()
    calls.push('revoking fails')
    expect((await accounts.disconnect(id)).connection.state).toBe('disconnected')
    expect(log).toMatchObject([{ level: 'warn', accountId: id }])
    expect(inspect(log)).not.toContain('CANARY')
  })
})
