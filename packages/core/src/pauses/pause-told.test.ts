import { expect, test } from 'vitest'
import { createTestSocial } from '../testing/create-test-social.ts'

async function createDuePost() {
  const social = await createTestSocial()
  const account = await social.addAccount({ creator: 'ada' })
  const told: unknown[] = []
  await social.on('publication.*', async ({ type, by, reason }) => void told.push([type, by, reason?.message]))
  const publish = async () => (await social.posts.create({ to: [account.id], text: 'First light' })).publications[0]?.id
  return { social, account, told, publish }
}

test('a publication that a pause holds says who paused it and what for, and then who let it go on', async () => {
  const { social, account, told, publish } = await createDuePost()
  await social.pause({ account: account.id }, { by: 'mia', reason: 'breaking news' })
  const id = (await publish()) ?? ''
  await social.settle()
  const message = 'Paused by mia: breaking news.'
  expect((await social.publications.get(id)).hold).toMatchObject({ reason: 'paused', by: 'mia', message })
  await social.resume({ account: account.id }, { by: 'noor' })
  expect((await social.publications.get(id)).hold).toBe(null)
  await social.settle()
  expect(await social.publications.get(id)).toMatchObject({ state: 'published' })
  const history = await social.publications.history(id)
  const held = history.find(({ type }) => type === 'publication.held')
  const resumed = history.filter(({ type }) => type === 'publication.resumed')
  expect(held).toMatchObject({ by: 'engine', reason: { code: 'paused', message } })
  expect(resumed).toMatchObject([{ by: 'noor', details: { reason: 'paused' } }])
  expect(told).toContainEqual(['publication.held', 'engine', message])
  expect(told).toContainEqual(['publication.resumed', 'noor', undefined])
})

test('a pause of the whole agency is told by the one who began it, without a reason where none was given', async () => {
  const { social, publish } = await createDuePost()
  await social.pause({ agency: true }, { by: 'mia' })
  const id = (await publish()) ?? ''
  await social.settle()
  expect((await social.publications.get(id)).hold).toMatchObject({ scope: 'agency', message: 'Paused by mia.' })
})
