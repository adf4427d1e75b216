import { sampleAsset } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'

let x: X
afterEach(() => x.close())

async function readOne(id: string, query: string) {
  return (await x.get(`/2/tweets/${id}?${query}`)).json
}

describe('a poll', () => {
  const poll = { options: ['Red', 'Blue'], duration_minutes: 5 }

  test('is read back, and closes', async () => {
    x = await startX()
    const { id } = (await x.tweet('Which?', { poll: { ...poll, reply_settings: 'following' } })).json.data
    const query = 'expansions=attachments.poll_ids&poll.fields=voting_status,duration_minutes&tweet.fields=attachments'
    const open = await readOne(id, query)
    expect(open.data.attachments.poll_ids).toEqual([open.includes.polls[0].id])
    expect(open.includes.polls[0]).toMatchObject({
      options: [
        { position: 1, label: 'Red', votes: 0 },
        { position: 2, label: 'Blue', votes: 0 },
      ],
      voting_status: 'open',
    })
    x.clock.advance(300_000)
    expect((await readOne(id, query)).includes.polls[0].voting_status).toBe('closed')
    const page = await fetch(`${x.emulator.url}/ada_demo`)
    expect(await page.text()).toContain('<li>Red</li><li>Blue</li>')
  })

  test('excludes media, a quote and a card, and needs a text', async () => {
    x = await startX({ plan: 'enterprise' })
    for (const more of [{ media: { media_ids: ['1'] } }, { quote_tweet_id: '1' }, { card_uri: 'card://1' }]) {
      expect((await x.tweet('Which?', { poll, ...more })).json.errors[0].message).toContain('mutually exclusive')
    }
    expect((await x.tweet('', { poll })).status).toBe(400)
  })
})

describe('an edit', () => {
  const edit = (id: string) => ({ edit_options: { previous_post_id: id } })

  test('takes the place of the post for five times within the hour; any deletion takes all versions', async () => {
    x = await startX()
    const token = x.bea.accessToken
    const ids: string[] = [(await x.tweet('v0', {}, token)).json.data.id]
    for (const n of [1, 2, 3, 4, 5]) ids.push((await x.tweet(`v${n}`, edit(ids.at(-1) ?? ''), token)).json.data.id)
    expect((await x.tweet('v6', edit(ids.at(-1) ?? ''), token)).status).toBe(403)
    const last = await readOne(ids[5] ?? '', 'tweet.fields=edit_controls&expansions=edit_history_tweet_ids')
    expect(last.data).toMatchObject({ text: 'v5', edit_history_tweet_ids: ids, edit_controls: { edits_remaining: 0 } })
    expect(last.includes.tweets.map(({ text }: { text: string }) => text)).toEqual(['v0', 'v1', 'v2', 'v3', 'v4', 'v5'])
    const timeline = await x.get(`/2/users/${x.bea.id}/tweets`)
    expect(timeline.json.data.map(({ text }: { text: string }) => text)).toEqual(['v5'])
    expect(x.emulator.posts().filter(({ removedAt }) => removedAt === null)).toMatchObject([{ id: ids[5] }])
    expect((await x.send('DELETE', `/2/tweets/${ids[2]}`, { token })).status).toBe(200)
    expect((await readOne(ids[5] ?? '', '')).errors).toHaveLength(1)
  })

  test('is for paying accounts, own posts, in time, and not for polls and replies to others', async () => {
    x = await startX({ plan: 'enterprise', editWindowMs: 60_000 })
    const token = x.bea.accessToken
    const ofAda = (await x.tweet('Free')).json.data.id
    expect((await x.tweet('Edited', edit(ofAda))).status).toBe(403)
    expect((await x.tweet('Edited', edit(ofAda), token)).status).toBe(403)
    expect((await x.tweet('Edited', edit('1'), token)).status).toBe(404)
    const poll = { poll: { options: ['a', 'b'], duration_minutes: 5 } }
    for (const more of [poll, { reply: { in_reply_to_tweet_id: ofAda } }, { community_id: '1500000000000000001' }]) {
      const { id } = (await x.tweet(`Not to be edited: ${Object.keys(more)}`, more, token)).json.data
      expect((await x.tweet('Edited', edit(id), token)).status).toBe(403)
    }
    const late = (await x.tweet('Late', {}, token)).json.data.id
    x.clock.advance(60_000)
    expect((await x.tweet('Edited', edit(late), token)).status).toBe(403)
  })
})

describe('audiences, tags and labels', () => {
  test('communities are for members, exclusive posts for accounts with subscribers', async () => {
    x = await startX({ communities: { '15': ['ada_demo'] } })
    const { id } = (await x.tweet('Inside', { community_id: '15', share_with_followers: true })).json.data
    expect((await readOne(id, 'tweet.fields=community_id')).data.community_id).toBe('15')
    expect((await x.tweet('Inside', { community_id: '15' }, x.bea.accessToken)).status).toBe(403)
    expect((await x.tweet('Fans', { for_super_followers_only: true })).status).toBe(403)
    expect((await x.tweet('Fans', { for_super_followers_only: true }, x.bea.accessToken)).status).toBe(201)
    expect(x.emulator.posts().map(({ visibility, target }) => [visibility, target])).toEqual([
      ['public', '15'],
      ['subscribers', null],
    ])
  })

  test('tags those who allow it, and shows labels, GIF and subtitles on the page', async () => {
    x = await startX({ untaggable: ['bea_demo'], pendingMs: 0, inProgressMs: 0 })
    const video = await x.upload(sampleAsset('mp4', { sizeBytes: 500_000 }).bytes, 'video/mp4', 'tweet_video')
    const track = await x.upload(new TextEncoder().encode('1\n'), 'text/srt', 'subtitles')
    const subtitles = { id: track.id, language_code: 'EN' }
    const added = await x.post('/2/media/subtitles', { id: video.id, media_category: 'TweetVideo', subtitles })
    expect(added.json.data.associated_subtitles).toEqual([subtitles])
    const media = { media_ids: [video.id], tagged_user_ids: [x.ada.id, x.bea.id] }
    const made = await x.tweet('Labelled', { media, made_with_ai: true, paid_partnership: true })
    expect((await readOne(made.json.data.id, 'tweet.fields=paid_partnership')).data.paid_partnership).toBe(true)
    const page = await (await fetch(`${x.emulator.url}/ada_demo`)).text()
    for (const shown of ['paid partnership', 'made with AI', 'with @ada_demo', 'subtitles EN']) {
      expect(page).toContain(shown)
    }
    expect(page).not.toContain('@bea_demo')
    const twice = await x.post('/2/media/subtitles', {
      id: video.id,
      media_category: 'TweetVideo',
      subtitles: { id: video.id, language_code: 'DE' },
    })
    expect(twice.json).toEqual({ errors: [{ code: 355, message: 'Subtitles are not valid.' }] })
  })

  test('a stranger may be mentioned or not, as the switch says', async () => {
    x = await startX({ strangerMentions: 'refused' })
    expect((await x.tweet('Hello @bea_demo')).status).toBe(403)
    expect((await x.tweet('Hello @nobody_here')).status).toBe(201)
    await x.close()
    x = await startX()
    expect((await x.tweet('Hello @bea_demo')).status).toBe(201)
  })
})

describe('what plans leave out', () => {
  test('likes and follows are for Enterprise, reposts for all unless switched off', async () => {
    x = await startX({
      scopes: ['tweet.read', 'tweet.write', 'users.read', 'like.write', 'follows.write'],
      reposts: 'refused',
    })
    const { id } = (await x.tweet('One')).json.data
    const like = await x.post(`/2/users/${x.ada.id}/likes`, { tweet_id: id })
    expect([like.status, like.json.reason]).toEqual([403, 'client-not-enrolled'])
    expect((await x.post(`/2/users/${x.ada.id}/following`, { target_user_id: x.bea.id })).status).toBe(403)
    expect((await x.post(`/2/users/${x.ada.id}/retweets`, { tweet_id: id })).status).toBe(403)
  })

  test('Enterprise likes, follows, reposts, quotes and is counted', async () => {
    const scopes = ['tweet.read', 'tweet.write', 'users.read', 'like.write', 'follows.write']
    x = await startX({ plan: 'enterprise', scopes })
    const { id } = (await x.tweet('One')).json.data
    const token = x.bea.accessToken
    expect((await x.post(`/2/users/${x.ada.id}/likes`, { tweet_id: id }, token)).status).toBe(400)
    await x.post(`/2/users/${x.bea.id}/likes`, { tweet_id: id }, token)
    await x.post(`/2/users/${x.bea.id}/retweets`, { tweet_id: id }, token)
    await x.post(`/2/users/${x.bea.id}/following`, { target_user_id: x.ada.id }, token)
    await x.tweet('A quote', { quote_tweet_id: id }, token)
    const counts = (await readOne(id, 'tweet.fields=public_metrics')).data.public_metrics
    expect(counts).toMatchObject({ like_count: 1, retweet_count: 1, quote_count: 1, reply_count: 0 })
    const me = await x.get('/2/users/me?user.fields=public_metrics')
    expect(me.json.data.public_metrics.followers_count).toBe(1)
  })

  test('older plans have lower limits', async () => {
    x = await startX({ plan: 'free' })
    expect((await x.get('/2/tweets/1')).status).toBe(200)
    expect((await x.get('/2/tweets/1')).status).toBe(429)
  })
})
