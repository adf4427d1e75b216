import { postgresAdminUrl, temporalAddress } from '@ofm-social/test-services'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTemporalRig, type TemporalRig } from './temporal-rig.test-support.ts'

const SPACING_MS = 2_000

describe.skipIf(!temporalAddress || !postgresAdminUrl)('what fell due while no worker ran', () => {
  let rig: TemporalRig

  beforeAll(async () => {
    rig = await openTemporalRig()
  })
  afterAll(() => rig?.close())

  /** Accepted hours ago. */
  const createOverdue = async (account: string, text: string, latest: string): Promise<string> => {
    const { publications } = await rig.social.posts.create({ to: [account], text })
    const id = publications[0]?.id ?? ''
    await rig.admin(`update ofm.publication set due_at = ofm.now() - interval '3 hours', latest_by = ofm.now() ${latest}
      where publication_id = '${id}'`)
    return id
  }

  test('goes out with the distance of its account, and what can no longer be on time says so', async () => {
    const [account, other] = [await rig.addAccount(), await rig.addAccount()]
    await rig.social.accounts.update(account, { spacing: SPACING_MS })
    const late = await Promise.all(
      ['one', 'two', 'three'].map((text) => createOverdue(account, text, "+ interval '1 h'")),
    )
    const elsewhere = await createOverdue(other, 'elsewhere', "+ interval '1 h'")
    const tooLate = await createOverdue(account, 'too late', "- interval '1 min'")
    await rig.startWorkers()
    await Promise.all([...late, elsewhere].map((id) => rig.untilState(id, 'published')))
    await rig.untilState(tooLate, 'missed')

    const ids = late.map((id) => `'${id}'`).join()
    const rows = await rig.admin(`
      select extract(epoch from started_at - lag(started_at) over (order by started_at)) * 1000 as gap
      from ofm.attempt where publication_id in (${ids}) order by started_at`)
    const [, ...gaps] = rows.map(({ gap }) => Number(gap))
    expect(gaps).toHaveLength(2)
    for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(SPACING_MS)
    expect(
      rig.platform
        .posts()
        .map(({ text }) => text)
        .toSorted(),
    ).toEqual(['elsewhere', 'one', 'three', 'two'])
  }, 180_000)
})
