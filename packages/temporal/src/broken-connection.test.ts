import type { PlatformAdapter, SocialEngine } from '@ofm-social/core'
import { postgresAdminUrl, temporalAddress } from '@ofm-social/test-services'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTemporalRig, type TemporalRig } from './temporal-rig.test-support.ts'

describe.skipIf(!temporalAddress || !postgresAdminUrl)(
  'a worker whose database went away in the middle of a step',
  () => {
    let rig: TemporalRig
    let cut = async (): Promise<void> => undefined
    let tellFailed = (): void => undefined
    const hasFailed = new Promise<void>((resolve) => {
      tellFailed = resolve
    })

    beforeAll(async () => {
      rig = await openTemporalRig((adapter) => ({ ...adapter, findPublished: looksAndCuts(adapter) }))
      await rig.startWorkers({ social: { engine: tellingFailures(rig.social.engine) } })
    })
    afterAll(() => rig?.close())

    const tellingFailures = (engine: SocialEngine): SocialEngine => ({
      ...engine,
      async advance(...args) {
        try {
          return await engine.advance(...args)
        } catch (error) {
          tellFailed()
          throw error
        }
      },
    })

    const looksAndCuts =
      (adapter: PlatformAdapter): NonNullable<PlatformAdapter['findPublished']> =>
      async (attempt, context) => {
        const evidence = (await adapter.findPublished?.(attempt, context)) ?? { status: 'not_yet', looked: 'nowhere' }
        await cut()
        return evidence
      }

    /** Nobody but a superuser may connect any more, and who is connected is cut. */
    const cutOnce = (isCut: () => void) => async (): Promise<void> => {
      cut = async () => undefined
      const [row] = await rig.admin('select current_database() as name')
      await rig.admin(`alter role ${row?.name} nologin`)
      // The lease would be over after the time of any test.
      await rig.admin(`update ofm.work set lease_until = ofm.now() + interval '1 day' where lease_owner is not null`)
      await rig.admin(
        `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${row?.name}' and pid <> pg_backend_pid()`,
      )
      isCut()
    }

    test('goes on with it as soon as the database is back, without waiting for the end of its own lease', async () => {
      const wasCut = new Promise<void>((resolve) => {
        cut = cutOnce(resolve)
      })
      rig.platform.fail('publish', { kind: 'accept_then_lose' })
      const post = await rig.social.posts.create({ to: [await rig.addAccount()], text: 'cut off' })
      const id = post.publications[0]?.id ?? ''
      await wasCut
      await hasFailed
      const [row] = await rig.admin('select current_database() as name')
      await rig.admin(`alter role ${row?.name} login`)
      await rig.untilState(id, 'published')
      expect(rig.platform.posts().filter(({ text }) => text === 'cut off')).toHaveLength(1)
    }, 120_000)
  },
)
