import { afterEach, describe, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'

let x: X
afterEach(() => x.close())

async function postMany(count: number): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) {
    x.clock.advance(1000)
    ids.unshift((await x.tweet(`post ${index}`)).json.data.id)
  }
  return ids
}
const timeline = (query = '') => x.get(`/2/users/${x.ada.id}/tweets?${query}`)
const idsOf = ({ json }: { json: { data?: { id: string }[] } }) => (json.data ?? []).map(({ id }) => id)

describe('timelines', () => {
  test('list newest first, in pages that lead on and back', async () => {
    x = await startX()
    const ids = await postMany(12)
    const first = await timeline('max_results=5')
    expect([idsOf(first), first.json.meta.result_count, first.json.meta.newest_id]).toEqual([
      ids.slice(0, 5),
      5,
      ids[0],
    ])
    expect(first.json.meta.next_token).toMatch(/^[0-9a-z]{45}$/)
    const second = await timeline(`max_results=5&pagination_token=${first.json.meta.next_token}`)
    const third = await timeline(`max_results=5&pagination_token=${second.json.meta.next_token}`)
    expect([idsOf(second), idsOf(third), third.json.meta.next_token]).toEqual([
      ids.slice(5, 10),
      ids.slice(10),
      undefined,
    ])
    expect(idsOf(await timeline(`max_results=5&pagination_token=${second.json.meta.previous_token}`))).toEqual(
      ids.slice(0, 5),
    )
    expect((await timeline('pagination_token=made-up')).status).toBe(400)
  })

  test('end with an empty page without data where the switch says so', async () => {
    x = await startX({ lastPage: 'empty_page_follows' })
    expect((await timeline()).json).toEqual({ meta: { result_count: 0 } })
    await postMany(1)
    const { next_token } = (await timeline()).json.meta
    const empty = (await timeline(`pagination_token=${next_token}`)).json
    expect(empty).toEqual({ meta: { result_count: 0, previous_token: expect.any(String) } })
    expect(idsOf(await timeline(`pagination_token=${empty.meta.previous_token}`))).toHaveLength(1)
  })

  test('filter by time, id and kind, and leave out what is deleted', async () => {
    x = await startX()
    const [third, second, first] = await postMany(3)
    const reply = (await x.tweet('reply', { reply: { in_reply_to_tweet_id: third } })).json.data.id
    const start = new Date(x.clock.now() - 1000).toISOString()
    expect(idsOf(await timeline(`start_time=${start}`))).toEqual([reply, third, second])
    expect(idsOf(await timeline(`since_id=${first}&until_id=${reply}`))).toEqual([third, second])
    expect(idsOf(await timeline('exclude=replies'))).toEqual([third, second, first])
    await x.send('DELETE', `/2/tweets/${third}`)
    expect(idsOf(await timeline())).toEqual([reply, second, first])
    const wrong = await timeline('max_results=3&start_time=yesterday&since_id=x&exclude=all')
    expect([wrong.status, wrong.json.errors.length]).toEqual([400, 4])
  })

  test('show new posts late where they lag; a look-up by id does not', async () => {
    x = await startX({ timelineLagMs: 5000 })
    const [id] = await postMany(1)
    expect(idsOf(await timeline())).toEqual([])
    expect((await x.get(`/2/tweets/${id}`)).json.data.id).toBe(id)
    x.clock.advance(5000)
    expect(idsOf(await timeline())).toEqual([id])
  })
})

describe('the two vocabularies', () => {
  test('answer in the one that was asked for', async () => {
    x = await startX()
    const [root] = await postMany(1)
    const { id } = (await x.tweet('@bea_demo $TSLA #ok', { reply: { in_reply_to_tweet_id: root } })).json.data
    const legacy = (
      await x.get(
        `/2/tweets/${id}?tweet.fields=author_id,referenced_tweets,conversation_id,entities&expansions=referenced_tweets.id`,
      )
    ).json
    const references = [{ type: 'replied_to', id: root }]
    expect(legacy.data).toMatchObject({
      author_id: x.ada.id,
      edit_history_tweet_ids: [id],
      referenced_tweets: references,
      conversation_id: root,
    })
    expect(legacy.data.entities).toEqual({
      mentions: [{ start: 0, end: 9, username: 'bea_demo', id: x.bea.id }],
      cashtags: [{ start: 10, end: 15, tag: 'TSLA' }],
      hashtags: [{ start: 16, end: 19, tag: 'ok' }],
    })
    expect(legacy.includes.tweets[0].id).toBe(root)
    const current = (await x.get(`/2/tweets/${id}?post.fields=created_at&expansions=referenced_posts,author_id`)).json
    expect(current.data).toMatchObject({
      edit_history_post_ids: [id],
      referenced_posts: references,
      author_id: x.ada.id,
    })
    expect([current.includes.posts[0].id, current.includes.users[0].username]).toEqual([root, 'ada_demo'])
  })

  test('lose in silence what is mixed or unknown; or refuse it, by switch', async () => {
    const switches: { unknownFields?: 'drop' | 'refuse' } = {}
    x = await startX(switches)
    const [id] = await postMany(1)
    const path = `/2/tweets/${id}?post.fields=author_id,created_at,note_tweet&expansions=referenced_tweets.id`
    expect(Object.keys((await x.get(path)).json.data).sort()).toEqual([
      'created_at',
      'edit_history_post_ids',
      'id',
      'text',
    ])
    await x.close()
    x = await startX({ unknownFields: 'refuse' })
    const [other] = await postMany(1)
    expect((await x.get(path.replace(String(id), String(other)))).json.errors).toHaveLength(3)
  })
})

describe('look-ups', () => {
  test('answer partial errors for posts that are gone', async () => {
    x = await startX()
    const [two, one] = await postMany(2)
    await x.send('DELETE', `/2/tweets/${one}`)
    const gone = (parameter: string) => ({
      resource_id: one,
      resource_type: 'tweet',
      parameter,
      value: one,
      title: 'Not Found Error',
      detail: `Could not find tweet with ${parameter}: [${one}].`,
      type: 'https://api.twitter.com/2/problems/resource-not-found',
    })
    const { status, json } = await x.get(`/2/tweets?ids=${one},${two}`)
    expect([status, json.data.length, json.errors]).toEqual([200, 1, [gone('ids')]])
    expect((await x.get(`/2/tweets/${one}`)).json).toEqual({ errors: [gone('id')] })
    expect((await x.get('/2/tweets?ids=a')).status).toBe(400)
    await x.close()
    x = await startX({ missingPost: 'not_found', problemHost: 'api.x.com' })
    const missing = await x.get('/2/tweets/1')
    expect([missing.status, missing.json.type]).toEqual([404, 'https://api.x.com/2/problems/resource-not-found'])
  })

  test('say who the caller is, with the subscription', async () => {
    x = await startX()
    const { data } = (
      await x.get('/2/users/me?user.fields=subscription_type,verified_type,public_metrics', x.bea.accessToken)
    ).json
    expect(data).toMatchObject({
      id: x.bea.id,
      username: 'bea_demo',
      subscription_type: 'Premium',
      verified_type: 'blue',
    })
    expect(data.public_metrics.tweet_count).toBe(0)
  })

  test('echo reply settings and the label of paid partnerships', async () => {
    x = await startX()
    const { id } = (
      await x.tweet('ad', { reply_settings: 'mentionedUsers', paid_partnership: true, made_with_ai: true })
    ).json.data
    const { data } = (await x.get(`/2/tweets/${id}?tweet.fields=reply_settings,paid_partnership`)).json
    expect(data).toMatchObject({ reply_settings: 'mentionedUsers', paid_partnership: true })
  })
})
