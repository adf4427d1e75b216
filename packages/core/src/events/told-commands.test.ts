import { beforeEach, describe, expect, test } from 'vitest'
import { createTestSocial, type TestSocial } from '../testing/create-test-social.ts'

interface Told {
  readonly type: string
  readonly by: string
  readonly publication: string
}

describe('what people do with a publication', () => {
  let social: TestSocial
  let to: readonly string[]
  let told: Told[]

  beforeEach(async () => {
    social = await createTestSocial()
    to = [(await social.addAccount({ creator: 'ada' })).id]
    told = []
    await social.on(
      'publication.*',
      async ({ type, by, publication }) => void told.push({ type, by, publication: publication.id }),
    )
  })

  const later = (hours: number) => new Date(social.now().getTime() + hours * 3_600_000)

  /** In the history and through `on`, once each, in the same words. */
  async function expectTold(id: string, type: string, by: string, details: object): Promise<void> {
    await social.settle()
    const entries = (await social.publications.history(id)).filter((entry) => entry.type === type)
    expect(entries).toMatchObject([{ type, by, partIndex: null, details }])
    expect(told.filter((event) => event.type === type)).toEqual([{ type, by, publication: id }])
  }

  test('an edit is told with both revisions and by whom', async () => {
    const post = await social.posts.create({ to, text: 'One', at: later(2) })
    await social.posts.edit(post.id, { text: 'Two', by: 'mia' })
    await expectTold(post.publications[0]?.id ?? '', 'publication.edited', 'mia', { from: 1, to: 2 })
  })

  test('a new time is told with the old one', async () => {
    const [before, after] = [later(2), later(3)]
    const post = await social.posts.create({ to, text: 'One', at: before })
    await social.posts.reschedule(post.id, { at: after, by: 'noor' })
    const details = { from: before, to: after }
    await expectTold(post.publications[0]?.id ?? '', 'publication.rescheduled', 'noor', details)
  })

  test('a hold is told with the moment that it ends at', async () => {
    const until = later(3)
    await social.pause({ creator: 'ada' }, { reason: 'holiday', until })
    const post = await social.posts.create({ to, text: 'One' })
    await expectTold(post.publications[0]?.id ?? '', 'publication.held', 'engine', { until, pastLatestBy: false })
  })

  test('an approval is told with the revision that it is for', async () => {
    const post = await social.posts.create({ to, text: 'One', at: later(2), approval: 'required' })
    const { revisionHash } = await social.posts.edit(post.id, { text: 'Two' })
    await social.posts.approve(post.id, { revisionHash, by: 'mia' })
    await expectTold(post.publications[0]?.id ?? '', 'publication.approved', 'mia', { revision: 2 })
  })

  test('a cancel that comes while a write is in doubt is told as kept', async () => {
    social.platform.fail('publish', { kind: 'lose_before' })
    const post = await social.posts.create({ to, text: 'One' })
    const id = post.publications[0]?.id ?? ''
    await social.settle()
    expect(await social.posts.cancel(post.id, { by: 'mia' })).toEqual([{ publicationId: id, result: 'in_flight' }])
    await expectTold(id, 'publication.cancel_requested', 'mia', {})
  })
})
