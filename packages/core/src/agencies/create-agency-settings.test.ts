import { describe, expect, test } from 'vitest'
import { createTestSocial } from '../testing/create-test-social.ts'

describe('settings of an agency', () => {
  test('posts need an approval once the agency says so, unless a post says otherwise', async () => {
    const social = await createTestSocial()
    const account = await social.addAccount({ creator: 'ada' })
    const create = async (text: string, approval?: 'none') => {
      const post = await social.posts.create({ to: [account.id], text, ...(approval && { approval }) })
      return [post.approval, post.publications[0]?.state]
    }
    expect(await social.agency.get()).toMatchObject({ approval: 'none', createdAt: expect.any(Date) })
    expect(await create('before')).toEqual(['none', 'scheduled'])
    expect(await social.agency.update({ approval: 'required' })).toMatchObject({ approval: 'required' })
    expect(await create('after')).toEqual(['required', 'awaiting_approval'])
    expect(await create('urgent', 'none')).toEqual(['none', 'scheduled'])
    await social.settle()
    expect(
      social.platform
        .posts()
        .map(({ text }) => text)
        .toSorted(),
    ).toEqual(['before', 'urgent'])
  })

  test('are of one agency only', async () => {
    const social = await createTestSocial()
    const other = await createTestSocial()
    await social.agency.update({ approval: 'required' })
    expect((await other.agency.get()).approval).toBe('none')
    expect((await other.agency.get()).externalId).not.toBe((await social.agency.get()).externalId)
  })

  test('an update without a change changes nothing; what is no setting is named', async () => {
    const social = await createTestSocial()
    expect(await social.agency.update({})).toEqual(await social.agency.get())
    await expect(social.agency.update({ approval: 'maybe', name: 'x' } as never)).rejects.toMatchObject({
      code: 'invalid_input',
      problems: expect.arrayContaining([
        expect.objectContaining({ path: 'approval' }),
        expect.objectContaining({ path: 'name', code: 'unknown_field' }),
      ]),
    })
  })
})

test.each(['', 'a'.repeat(201), undefined, 7])('%j is no agency: nobody shares one by mistake', async (agency) => {
  const social = await createTestSocial()
  expect(() => social.forAgency(agency as string)).toThrow(
    expect.objectContaining({ code: 'invalid_input', problems: [expect.objectContaining({ path: 'agency' })] }),
  )
})

test('only the social of the installation pauses everything', async () => {
  const social = await createTestSocial()
  await expect(social.forAgency('one-of-many').pause({ everything: true })).rejects.toMatchObject({
    code: 'not_allowed',
  })
})
