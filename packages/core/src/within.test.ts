import { randomBytes } from 'node:crypto'
import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSocial } from './create-social.ts'
import { createPostgresStore } from './postgres/create-postgres-store.ts'
import type { Social, TransactionClient } from './social.ts'
import { createScriptedPlatform } from './testing/scripted/scripted-platform.ts'

type Client = TransactionClient & {
  query(text: string, values?: readonly unknown[]): ReturnType<TransactionClient['query']>
}

/** The host's side: one connection, as its own code uses it. */
async function connect(opened: TestDatabase): Promise<{ readonly client: Client; readonly release: () => void }> {
  const { source } = opened
  if (source.pool) {
    const client = await source.pool.connect()
    return { client: client as unknown as Client, release: () => client.release() }
  }
  const query = async (text: string, values: readonly unknown[] = []) => {
    const { rows } = await source.pglite.query<Record<string, unknown>>(text, [...values])
    return { rows }
  }
  return { client: { query }, release: () => undefined }
}

eachDatabase('within(client)', (open, databaseName) => {
  let opened: TestDatabase
  let social: Social
  let platform: ReturnType<typeof createScriptedPlatform>
  const createId = (): string => randomBytes(6).toString('hex')

  beforeAll(async () => {
    opened = await open()
    platform = createScriptedPlatform('synchronous', {
      now: () => performance.timeOrigin + performance.now(),
      platform: 'scripted',
    })
    social = createSocial({
      store: createPostgresStore(opened.source),
      adapters: [platform.adapter],
      secretKey: randomBytes(32).toString('hex'),
    })
    await social.migrate()
    const { client, release } = await connect(opened)
    await client.query('create schema host')
    await client.query('create table host.orders (id text primary key)')
    release()
  })
  afterAll(() => opened.close())

  const addAccount = (agency = social as Pick<Social, 'accounts'>, creator = createId()) =>
    agency.accounts.add({ creator, platform: 'scripted', tokens: { accessToken: `token-${creator}` } })
  const inTransaction = async <Result>(
    work: (client: Client) => Promise<Result>,
    end: 'commit' | 'rollback' = 'commit',
  ) => {
    const { client, release } = await connect(opened)
    try {
      await client.query('begin')
      const result = await work(client)
      await client.query(end)
      return result
    } catch (error) {
      await client.query('rollback')
      throw error
    } finally {
      release()
    }
  }
  const countOf = async (table: string): Promise<number> =>
    Number((await opened.admin(`select count(*)::int as count from ${table}`))[0]?.count)
  const countAll = async () =>
    Promise.all(
      [
        'ofm.post',
        'ofm.publication',
        'ofm.part',
        'ofm.work',
        'ofm.event',
        'ofm.history',
        'ofm.agency',
        'host.orders',
      ].map(countOf),
    )

  test("the app's row and the post appear together", async () => {
    const account = await addAccount()
    const id = createId()
    const post = await inTransaction(async (client) => {
      await client.query('insert into host.orders (id) values ($1)', [id])
      return social.within(client).posts.create({ to: [account.id], text: 'Together', key: `order-${id}` })
    })
    expect(await opened.admin('select id from host.orders where id = $1', [id])).toHaveLength(1)
    expect(post).toMatchObject(await social.posts.get(post.id))
    expect(post.publications[0]).toMatchObject({ state: 'scheduled', parts: [{ text: 'Together' }] })
  })

  test('a rollback leaves neither, nor an event, nor work', async () => {
    const account = await addAccount()
    await social.tick({ maxMs: 60_000 })
    const told: string[] = []
    const stop = await social.on('*', (event) => void told.push(event.id), { name: `rollback-${createId()}` })
    const before = await countAll()
    const post = await inTransaction(async (client) => {
      await client.query('insert into host.orders (id) values ($1)', [createId()])
      return social.within(client).posts.create({ to: [account.id], text: 'Never was' })
    }, 'rollback')
    expect(await countAll()).toEqual(before)
    await expect(social.posts.get(post.id)).rejects.toMatchObject({ code: 'not_found' })
    await social.tick({ maxMs: 60_000 })
    expect(told).toEqual([])
    expect(platform.posts().map(({ text }) => text)).not.toContain('Never was')
    stop()
  })

  test('leaves the settings of the transaction and its role as they were', async () => {
    const account = await addAccount()
    const read = async (client: Client) =>
      (
        await client.query(
          `select current_setting('ofm.agency_id', true) as agency, current_setting('ofm.engine', true) as engine, current_user::text as login,
            current_setting('role') as role, current_setting('search_path') as path`,
        )
      ).rows[0]
    const post = async (client: Client) => social.within(client).posts.create({ to: [account.id], text: 'Settings' })
    await inTransaction(async (client) => {
      await client.query("select set_config('ofm.agency_id', 'of the host', true)")
      const before = await read(client)
      await post(client)
      expect(await read(client)).toEqual(before)
      await expect(
        social.within(client).posts.create({ to: [account.id], text: 'x'.repeat(300) }),
      ).rejects.toMatchObject({
        code: 'invalid_post',
      })
      expect(await read(client)).toEqual(before)
    })
    await inTransaction(async (client) => {
      const before = await read(client)
      await post(client)
      expect({ ...(await read(client)), agency: before?.agency ?? '' }).toEqual({
        ...before,
        agency: before?.agency ?? '',
      })
      // What the login may not see without a scope stays out of sight.
      if (databaseName === 'PostgreSQL') expect((await client.query('select post_id from ofm.post')).rows).toEqual([])
    })
  })

  test('refuses a client outside a transaction, and stores nothing', async () => {
    const account = await addAccount()
    const before = await countAll()
    const { client, release } = await connect(opened)
    await expect(social.within(client).posts.create({ to: [account.id], text: 'Alone' })).rejects.toMatchObject({
      code: 'outside_transaction',
    })
    // Nor directly after a transaction that was fine.
    await client.query('begin')
    await social.within(client).posts.create({ to: [account.id], text: 'Inside' })
    await client.query('rollback')
    await expect(social.within(client).posts.create({ to: [account.id], text: 'Alone' })).rejects.toMatchObject({
      code: 'outside_transaction',
    })
    release()
    expect(await countAll()).toEqual(before)
  })

  test('takes any object that runs one statement with values', async () => {
    const account = await addAccount()
    const statements: string[] = []
    const post = await inTransaction((client) => {
      const wrapper: TransactionClient = {
        query: (text, values) => {
          statements.push(text)
          return client.query(text, values)
        },
      }
      return social.within(wrapper).posts.create({ to: [account.id], text: 'Wrapped' })
    })
    const shapes = new Set(statements.map((text) => text.replace(/ofm\.\w+/, 'ofm.<function>')))
    expect([...shapes]).toEqual(['select ofm.<function>($1::text) as answer'])
    expect((await social.posts.get(post.id)).publications).toHaveLength(1)
  })

  test('says what a client must answer', async () => {
    const account = await addAccount()
    const client = { query: async () => [{ answer: '{}' }] } as unknown as TransactionClient
    await expect(social.within(client).posts.create({ to: [account.id], text: 'x' })).rejects.toMatchObject({
      code: 'misconfigured',
    })
  })

  test('does not know the accounts and assets of another agency', async () => {
    const account = await addAccount()
    const others = await addAccount(social.forAgency(`other-${createId()}`))
    await inTransaction(async (client) => {
      const { posts } = social.within(client)
      await expect(posts.create({ to: [others.id], text: 'Not mine' })).rejects.toMatchObject({ code: 'not_found' })
      await expect(
        posts.create({ to: [account.id], text: 'x', assets: ['asset_00000000000000000000000000'] }),
      ).rejects.toMatchObject({ code: 'not_found' })
      await expect(
        social
          .forAgency(createId())
          .within(client)
          .posts.create({ to: [account.id], text: 'x' }),
      ).rejects.toMatchObject({
        code: 'not_found',
      })
    })
  })

  test('returns the same post for the same key, within one transaction and in the next', async () => {
    const account = await addAccount()
    const input = { to: [account.id], text: 'Once', key: createId() }
    const [first, second] = await inTransaction(async (client) => {
      const { posts } = social.within(client)
      return [await posts.create(input), await posts.create(input)]
    })
    expect(second?.id).toBe(first?.id)
    expect((await social.posts.create(input)).id).toBe(first?.id)
    await inTransaction(async (client) => {
      await expect(social.within(client).posts.create({ ...input, text: 'Twice' })).rejects.toMatchObject({
        code: 'key_conflict',
      })
      // The host's transaction goes on.
      await client.query('insert into host.orders (id) values ($1)', [input.key])
    })
    expect(await opened.admin('select id from host.orders where id = $1', [input.key])).toHaveLength(1)
  })

  test('several posts, of several agencies, in one transaction and across a savepoint', async () => {
    const account = await addAccount()
    const agency = social.forAgency(`agency-${createId()}`)
    const others = await addAccount(agency)
    const [kept, undone, theirs] = await inTransaction(async (client) => {
      const made = [await social.within(client).posts.create({ to: [account.id], text: 'Kept' })]
      await client.query('savepoint before')
      made.push(await social.within(client).posts.create({ to: [account.id], text: 'Undone' }))
      await client.query('rollback to savepoint before')
      made.push(await agency.within(client).posts.create({ to: [others.id], text: 'Theirs' }))
      return made
    })
    expect((await social.posts.get(kept?.id ?? '')).id).toBe(kept?.id)
    await expect(social.posts.get(undone?.id ?? '')).rejects.toMatchObject({ code: 'not_found' })
    expect((await agency.posts.get(theirs?.id ?? '')).id).toBe(theirs?.id)
  })

  test('is published after the commit, not before', async () => {
    const account = await addAccount()
    const text = `After ${createId()}`
    const isLive = () => platform.posts().some((live) => live.text === text)
    if (databaseName === 'PostgreSQL') {
      await inTransaction(async (client) => {
        await social.within(client).posts.create({ to: [account.id], text })
        await social.tick({ maxMs: 60_000 })
        expect(isLive()).toBe(false)
      })
    } else await inTransaction((client) => social.within(client).posts.create({ to: [account.id], text }))
    await social.tick({ maxMs: 60_000 })
    expect(isLive()).toBe(true)
  })

  if (databaseName === 'PGlite') return
  describe('beside row-level security of the host', () => {
    test('works under a role that the host has set, and leaves it', async () => {
      const account = await addAccount()
      const role = `host_${createId()}`
      await opened.admin(`create role ${role} nologin`)
      const login = new URL(
        String((await opened.admin('select current_database() as name'))[0]?.name),
        'x:/',
      ).pathname.slice(1)
      await opened.admin(`grant ${role} to ${login}`)
      await opened.admin(`grant usage on schema ofm to ${role}`)
      await opened.admin(`grant select, insert, update on all tables in schema ofm to ${role}`)
      await opened.admin(`grant usage on all sequences in schema ofm to ${role}`)
      const post = await inTransaction(async (client) => {
        await client.query(`set local role ${role}`)
        const made = await social.within(client).posts.create({ to: [account.id], text: 'Under a role' })
        expect((await client.query('select current_user::text as login')).rows).toEqual([{ login: role }])
        return made
      })
      expect((await social.posts.get(post.id)).id).toBe(post.id)
      await opened.admin(`drop owned by ${role}`)
      await opened.admin(`drop role ${role}`)
    })

    test('two transactions with one key: the second waits, and gets the same post', async () => {
      const account = await addAccount()
      const input = { to: [account.id], text: 'Raced', key: createId() }
      const [a, b] = await Promise.all([
        inTransaction((client) => social.within(client).posts.create(input)),
        inTransaction((client) => social.within(client).posts.create(input)),
      ])
      expect(a.id).toBe(b.id)
      expect(await opened.admin('select post_id from ofm.post where key = $1', [input.key])).toHaveLength(1)
    })
  })
})
