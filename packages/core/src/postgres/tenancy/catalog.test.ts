import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../database.ts'
import { migrate } from '../migrations/migrate.ts'

/** Indexes that engines scan across agencies, or that find a row before its agency is known. */
const indexesAcrossAgencies = [
  'work_run_at',
  'work_untold',
  'connection_due_at',
  'work_publication',
  'attempt_of_app',
  'metric_due_at',
  'spending_due_at',
  'migration_pkey',
]

/** Tables whose rows belong to an agency as a whole. */
const withoutCreator = ['agency', 'consumer', 'migration']

eachDatabase('the catalog', (open) => {
  let opened: TestDatabase
  beforeAll(async () => {
    opened = await open()
    await migrate(createDatabase(opened.source))
  })
  afterAll(() => opened.close())
  const names = async (query: string) => (await opened.admin(query)).map(({ name }) => name)

  test('has row security forced on every table, and a policy for the agency and for a dump', async () => {
    const tables = `from pg_class c where c.relnamespace = 'ofm'::regnamespace and c.relkind in ('r', 'p')`
    expect(await names(`select relname as name ${tables} and not (relrowsecurity and relforcerowsecurity)`)).toEqual([])
    for (const policy of ['agency%', 'dump']) {
      const missing = `and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname like '${policy}')`
      expect(await names(`select relname as name ${tables} and relname <> 'migration' ${missing}`)).toEqual([])
    }
  })

  test('has an agency on every table and a creator where rows have one, with a policy that restricts to creators', async () => {
    const lacking = (column: string) => `
      select relname as name from pg_class c
      where c.relnamespace = 'ofm'::regnamespace and c.relkind in ('r', 'p')
        and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = '${column}') order by 1`
    expect(await names(lacking('agency_id'))).toEqual(['migration'])
    expect(await names(lacking('creator_id'))).toEqual(withoutCreator)
    const unrestricted = `
      select relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'creator_id'
      where c.relnamespace = 'ofm'::regnamespace and c.relkind in ('r', 'p')
        and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'creator' and not p.polpermissive)`
    expect(await names(unrestricted)).toEqual([])
  })

  test('has no permissive policy but those that are known, for the commands that they are for', async () => {
    const policies = await names(
      `select distinct policyname || ' ' || cmd as name from pg_policies where schemaname = 'ofm' and permissive = 'PERMISSIVE' order by 1`,
    )
    expect(policies).toEqual([
      'agency ALL',
      'agency_add INSERT',
      'agency_read SELECT',
      'counted SELECT',
      'dump SELECT',
      'engine ALL',
      'everyone ALL',
      'installation SELECT',
    ])
    expect(
      await names(`select tablename as name from pg_policies where schemaname = 'ofm' and policyname = 'everyone'`),
    ).toEqual(['migration'])
  })

  test('lets engines see the queues and nothing else', async () => {
    const seen = await names(
      `select polrelid::regclass::text as name from pg_policy where pg_get_expr(polqual, polrelid) like '%ofm.engine%' order by 1`,
    )
    expect(seen).toEqual([
      'ofm.connection_due',
      'ofm.event',
      'ofm.event_delivery',
      'ofm.metric_due',
      'ofm.spending_due',
      'ofm.work',
    ])
  })

  test('lets nothing but the function that counts attempts of an app see those of other agencies', async () => {
    const counting = `like '%ofm.counting%'`
    expect(
      await names(
        `select polrelid::regclass || '.' || polname as name from pg_policy where pg_get_expr(polqual, polrelid) ${counting}`,
      ),
    ).toEqual(['ofm.attempt.counted'])
    expect(
      await names(
        `select proname as name from pg_proc where pronamespace = 'ofm'::regnamespace and prosrc ${counting}`,
      ),
    ).toEqual(['attempt_of_app'])
  })

  test('has no policy that asks a function for every row', async () => {
    const bare = `
      select polrelid::regclass || '.' || polname as name from pg_policy
      where polrelid in (select oid from pg_class where relnamespace = 'ofm'::regnamespace)
        and (pg_get_expr(polqual, polrelid) ~ '= ?\\(?(ofm\\.current|current_setting)' or pg_get_expr(polqual, polrelid) ilike '%exists%')`
    expect(await names(bare)).toEqual([])
  })

  test('has no enum column, no view, and no function that runs with its owner’s rights', async () => {
    const inSchema = `relnamespace = 'ofm'::regnamespace`
    expect(
      await names(`select a.attname as name from pg_attribute a join pg_type t on t.oid = a.atttypid join pg_class c on c.oid = a.attrelid
        where c.${inSchema} and t.typtype = 'e'`),
    ).toEqual([])
    expect(await names(`select relname as name from pg_class where ${inSchema} and relkind in ('v', 'm')`)).toEqual([])
    expect(
      await names(`select proname as name from pg_proc where pronamespace = 'ofm'::regnamespace and prosecdef`),
    ).toEqual([])
  })

  test('leads every index and every foreign key by the agency, but for the listed ones', async () => {
    const first = (key: string) =>
      `(select attname from pg_attribute a where a.attrelid = x.relation and a.attnum = ${key})`
    const indexes = `
      select relname as name from (select indrelid as relation, indexrelid, indkey[0] as first from pg_index) x join pg_class c on c.oid = x.indexrelid
      where c.relnamespace = 'ofm'::regnamespace and ${first('x.first')} <> 'agency_id' order by 1`
    expect(await names(indexes)).toEqual([...indexesAcrossAgencies].sort())
    const foreignKeys = `
      select conname as name from (select conrelid as relation, conname, conkey[1] as first from pg_constraint
        where contype = 'f' and connamespace = 'ofm'::regnamespace) x
      where ${first('x.first')} <> 'agency_id'`
    expect(await names(foreignKeys)).toEqual([])
  })

  test('has no role of ours that bypasses row security, and grants it no more than rows', async () => {
    expect(
      await names(
        `select rolname as name from pg_roles where rolname like 'ofm\\_app%' and (rolbypassrls or rolsuper or rolcanlogin)`,
      ),
    ).toEqual([])
    const grants = `
      select distinct privilege_type as name from information_schema.role_table_grants
      where grantee = 'ofm_app' and table_schema = 'ofm' and privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')`
    expect(await names(grants)).toEqual([])
  })
})
