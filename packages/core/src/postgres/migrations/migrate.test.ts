import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDatabase } from '../database.ts'
import { assertMigrated } from './assert-migrated.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations.ts'

eachDatabase('migrations', (open) => {
  let opened: TestDatabase
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())

  test('say that the schema is missing before they have run', async () => {
    await expect(assertMigrated(createDatabase(opened.source))).rejects.toMatchObject({ code: 'schema_missing' })
  })

  test('run once, also when two processes start at the same time', async () => {
    const results = await Promise.all([migrate(createDatabase(opened.source)), migrate(createDatabase(opened.source))])
    // Each step was made by one of the two, whichever had the lock.
    expect(results.flatMap(({ applied }) => applied).toSorted()).toEqual(migrations.map(({ name }) => name))
    await assertMigrated(createDatabase(opened.source))
  })

  test('accept a schema that is newer than the library', async () => {
    await opened.admin("insert into ofm.migration (name) values ('9999-from-the-future')")
    await assertMigrated(createDatabase(opened.source))
  })

  test('make ids of the same form as the library', async () => {
    const [row] = await opened.admin("select ofm.new_id('event') as id, ofm.ms(ofm.now()) as ms")
    expect(row?.id).toMatch(/^event_[0-9A-HJKMNP-TV-Z]{26}$/)
  })
})
