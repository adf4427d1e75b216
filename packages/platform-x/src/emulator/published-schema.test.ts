import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sampleAsset } from '@ofm-social/core/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'
import { toNewerWords } from './__fixtures__/older-words.ts'
import { readPublishedSchema } from './__fixtures__/published-schema.ts'
import { toRecord } from './check-body.ts'
import { sign } from './webhook-signature.ts'
import { createXEmulator } from './x-emulator.ts'

const { check, listUnusedExceptions } = readPublishedSchema()
const publicFields =
  'post.fields=article,article_title,attachments,card_uri,community_id,context_annotations,conversation_id,created_at,display_text_range,edit_controls,entities,geo,lang,matched_media_notes,media_metadata,note_post,note_request_suggestions,paid_partnership,possibly_sensitive,public_metrics,reply_settings,scopes,source,suggested_source_links,suggested_source_links_with_counts,withheld'
const privateFields = 'post.fields=public_metrics,non_public_metrics,organic_metrics,promoted_metrics'
const mediaFields =
  'media.fields=alt_text,duration_ms,height,width,url,preview_image_url,variants,public_metrics,non_public_metrics,organic_metrics,promoted_metrics'
const userFields =
  'user.fields=confirmed_email,connection_status,created_at,description,entities,is_identity_verified,location,parody,profile_banner_url,profile_image_url,protected,public_metrics,receives_your_dm,subscribes_to_you,subscription,subscription_type,url,verified,verified_followers_count,verified_type,withheld'
const expansions =
  'expansions=author_id,attachments.media_keys,attachments.media_source_tweet,attachments.poll_ids,entities.mentions.username,geo.place_id,referenced_posts,in_reply_to_user_id,edit_history_post_ids'

let x: X
let receiver: Server
let post: string
let poll: string
let imageId: string
let videoId: string
let webhookId: string

beforeAll(async () => {
  x = await startX({
    plan: 'enterprise',
    problemHost: 'api.x.com',
    errorBodies: 'single',
    createAnswer: 'current',
    undecidedDialect: 'current',
    subtitlesAnswer: 'object',
    pendingMs: 0,
    inProgressMs: 0,
    scopes: [
      'tweet.read',
      'tweet.write',
      'tweet.moderate.write',
      'users.read',
      'media.write',
      'like.read',
      'like.write',
      'follows.write',
      'offline.access',
    ],
  })
  receiver = createServer(({ url }, response) => {
    const token = new URL(url ?? '', 'http://localhost').searchParams.get('crc_token') ?? ''
    response.end(JSON.stringify({ response_token: sign(String(x.app.apiSecret), token) }))
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  receiver.close()
  await x.close()
})

function asJson(body: object) {
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

async function expectPublished(typeName: string, answer: { readonly status: number; readonly json: unknown }) {
  expect(check(typeName, answer.json)).toEqual([])
  return toRecord(toRecord(answer.json).data)
}

describe('every answer of the emulator fits the types that X publishes', () => {
  test('uploads', async () => {
    const image = await x.upload(sampleAsset('jpeg').bytes, 'image/jpeg', 'tweet_image')
    imageId = image.id
    await expectPublished('FinalizeMediaUploadResponse', image.finalized)
    const video = await x.upload(sampleAsset('mp4', { sizeBytes: 1_200_000 }).bytes, 'video/mp4', 'tweet_video')
    videoId = video.id
    await expectPublished('FinalizeMediaUploadResponse', video.finalized)
    await expectPublished('GetMediaUploadStatusResponse', await x.status(videoId))
    const size = { media_type: 'text/srt', total_bytes: 10, media_category: 'subtitles' }
    const begun = await x.post('/2/media/upload/initialize', size)
    await expectPublished('InitializeMediaUploadResponse', begun)
    await expectPublished('AppendMediaUploadResponse', await x.append(begun.json.data.id, 0, new Uint8Array(10)))
    await x.send('POST', `/2/media/upload/${begun.json.data.id}/finalize`)
    const track = { id: begun.json.data.id, language_code: 'EN', display_name: 'English' }
    const subtitles = { id: videoId, media_category: 'TweetVideo', subtitles: track }
    await expectPublished('CreateMediaSubtitlesResponse', await x.post('/2/media/subtitles', subtitles))
    const unwanted = { id: videoId, media_category: 'TweetVideo', language_code: 'DE' }
    await expectPublished(
      'DeleteMediaSubtitlesResponse',
      await x.send('DELETE', '/2/media/subtitles', asJson(unwanted)),
    )
    const media = Buffer.from(sampleAsset('png').bytes).toString('base64')
    await expectPublished(
      'MediaUploadResponse',
      await x.post('/2/media/upload', { media, media_category: 'tweet_image' }),
    )
    const metadata = { alt_text: { text: 'A dancer' }, sensitive_media_warning: { adult_content: true } }
    await expectPublished('CreateMediaMetadataResponse', await x.post('/2/media/metadata', { id: imageId, metadata }))
    const keys = `media_keys=3_${imageId},13_${videoId},3_1`
    await expectPublished('GetMediaByMediaKeysResponse', await x.get(`/2/media?${keys}&${mediaFields}`))
    await expectPublished('GetMediaByMediaKeyResponse', await x.get(`/2/media/13_${videoId}?${mediaFields}`))
  })

  test('posts, and what is refused', async () => {
    const first = await x.tweet('See https://example.com with @bea_demo $OFM #now', { media: { media_ids: [imageId] } })
    post = String((await expectPublished('CreatePostsResponse', first)).id)
    poll = (await x.tweet('Which?', { poll: { options: ['a', 'b'], duration_minutes: 5 } })).json.data.id
    await x.tweet('A reply', { reply: { in_reply_to_tweet_id: post }, media: { media_ids: [videoId] } })
    await x.tweet('A quote', { quote_tweet_id: post }, x.bea.accessToken)
    for (const refused of [
      await x.tweet('Which?'),
      await x.tweet('', { media: { media_ids: ['1'] } }),
      await x.tweet('', { media: { media_ids: ['1', '2', '3', '4', '5'] } }),
      await x.send('DELETE', '/2/tweets/1'),
      await x.get('/2/tweets?ids=x'),
    ]) {
      // Bare problems (`about:blank`) are on the wire and in no schema.
      if (refused.json.type !== 'about:blank') await expectPublished('Problem', refused)
    }
  })

  test('reads with everything that there is', async () => {
    const all = `${publicFields}&${mediaFields}&${userFields}&${expansions}&poll.fields=duration_minutes,end_datetime,voting_status`
    const ids = x.emulator.posts().map(({ id }) => id)
    await expectPublished('GetPostsByIdsResponse', await x.get(`/2/tweets?ids=${ids.join(',')},1&${all}`))
    await expectPublished('GetPostsByIdResponse', await x.get(`/2/tweets/${poll}?${all}`))
    await expectPublished('GetPostsByIdResponse', await x.get(`/2/tweets/1?${all}`))
    await expectPublished('GetPostsByIdsResponse', await x.get(`/2/tweets?ids=${ids.join(',')}&${privateFields}`))
    await expectPublished('GetUsersPostsResponse', await x.get(`/2/users/${x.ada.id}/tweets?max_results=5&${all}`))
    await expectPublished('GetUsersMentionsResponse', await x.get(`/2/users/${x.bea.id}/mentions?max_results=5&${all}`))
    await expectPublished('SearchPostsRecentResponse', await x.get(`/2/tweets/search/recent?query=reply&${all}`))
    await expectPublished('GetPostsQuotedPostsResponse', await x.get(`/2/tweets/${post}/quote_tweets?${all}`))
    const span = 'start_time=2026-12-01T00:00:00Z&end_time=2026-12-02T00:00:00Z&granularity=hourly'
    const keys = `media_keys=13_${videoId}`
    await expectPublished('GetMediaAnalyticsResponse', await x.get(`/2/media/analytics?${keys}&${span}`))
    await expectPublished('GetPostsAnalyticsResponse', await x.get(`/2/tweets/analytics?ids=${post},1&${span}`))
  })

  test('the same reads in the older vocabulary, but for its words', async () => {
    const olderFields = publicFields
      .replace('post.fields=', 'tweet.fields=author_id,in_reply_to_user_id,referenced_tweets,')
      .replace('note_post', 'note_tweet')
    const olderExpansions =
      'expansions=author_id,attachments.media_keys,attachments.poll_ids,referenced_tweets.id,referenced_tweets.id.author_id,in_reply_to_user_id,edit_history_tweet_ids'
    const all = `${olderFields}&${mediaFields}&${userFields},most_recent_tweet_id,pinned_tweet_id&${olderExpansions}`
    const ids = x.emulator.posts().map(({ id }) => id)
    const user = `tweet.fields=created_at&${userFields},most_recent_tweet_id&expansions=most_recent_tweet_id`
    const words: unknown[] = []
    for (const [type, path] of [
      ['GetPostsByIdsResponse', `/2/tweets?ids=${ids.join(',')},1&${all}`],
      ['GetPostsByIdsResponse', `/2/tweets?ids=${ids.join(',')}&${privateFields.replace('post.', 'tweet.')}`],
      ['GetPostsByIdResponse', `/2/tweets/${poll}?${all}`],
      ['GetUsersPostsResponse', `/2/users/${x.ada.id}/tweets?max_results=5&${all}`],
      ['GetUsersMentionsResponse', `/2/users/${x.bea.id}/mentions?max_results=5&${all}`],
      ['SearchPostsRecentResponse', `/2/tweets/search/recent?query=reply&${all}`],
      ['GetPostsQuotedPostsResponse', `/2/tweets/${post}/quote_tweets?${all}`],
      ['GetUsersMeResponse', `/2/users/me?${user}`],
      ['GetUsersByIdsResponse', `/2/users?ids=${x.ada.id},1&${user}`],
    ] as const) {
      const { json } = await x.get(path)
      words.push(json)
      expect(check(type, toNewerWords(json))).toEqual([])
    }
    const told = JSON.stringify(words)
    for (const word of ['retweet_count', 'tweet_count', 'referenced_tweets', 'edit_history_tweet_ids', 'tweets']) {
      expect(told).toContain(`"${word}":`)
    }
    expect(told).not.toMatch(/"(repost_count|post_count|referenced_posts|edit_history_post_ids|posts)":/)
  })

  test('users, and what they do', async () => {
    const all = `${userFields}&expansions=affiliation,most_recent_post_id,pinned_post_id`
    await expectPublished('GetUsersMeResponse', await x.get(`/2/users/me?${all}`))
    await expectPublished('GetUsersByIdsResponse', await x.get(`/2/users?ids=${x.ada.id},1&${all}`))
    await expectPublished('GetUsersByIdResponse', await x.get(`/2/users/${x.bea.id}?${all}`))
    await expectPublished('GetUsersByUsernamesResponse', await x.get(`/2/users/by?usernames=ada_demo,nobody&${all}`))
    await expectPublished('GetUsersByUsernameResponse', await x.get(`/2/users/by/username/bea_demo?${all}`))
    const own = `/2/users/${x.ada.id}`
    await expectPublished('RepostPostResponse', await x.post(`${own}/retweets`, { tweet_id: post }))
    await expectPublished('LikePostResponse', await x.post(`${own}/likes`, { tweet_id: post }))
    await expectPublished('FollowUserResponse', await x.post(`${own}/following`, { target_user_id: x.bea.id }))
    await expectPublished('GetPostsLikingUsersResponse', await x.get(`/2/tweets/${post}/liking_users?${userFields}`))
    await expectPublished('GetPostsRepostedByResponse', await x.get(`/2/tweets/${post}/retweeted_by?${userFields}`))
    await expectPublished('UnlikePostResponse', await x.send('DELETE', `${own}/likes/${post}`))
    await expectPublished('UnrepostPostResponse', await x.send('DELETE', `${own}/retweets/${post}`))
    await expectPublished('UnfollowUserResponse', await x.send('DELETE', `${own}/following/${x.bea.id}`))
    const reply = x.emulator.posts().find(({ kind }) => kind === 'reply')?.id
    const hidden = await x.send('PUT', `/2/tweets/${reply}/hidden`, {
      body: '{"hidden":true}',
      headers: { 'content-type': 'application/json' },
    })
    await expectPublished('HidePostsReplyResponse', hidden)
    expect(hidden.json).toEqual({ data: { hidden: true } })
  })

  test('webhooks, subscriptions and usage, with the token of the app', async () => {
    const token = String(x.app.bearerToken)
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/x`
    webhookId = String(
      (await expectPublished('CreateWebhooksResponse', await x.post('/2/webhooks', { url }, token))).id,
    )
    await expectPublished('GetWebhooksResponse', await x.get('/2/webhooks', token))
    await expectPublished('ValidateWebhooksResponse', await x.send('PUT', `/2/webhooks/${webhookId}`, { token }))
    const wanted = { event_type: 'post.delete', filter: { user_id: x.ada.id }, tag: 'a', webhook_id: webhookId }
    const made = await x.post('/2/activity/subscriptions', wanted, token)
    await expectPublished('CreateActivitySubscriptionResponse', made)
    const one = made.json.data.subscription.subscription_id
    const changed = await x.send('PUT', `/2/activity/subscriptions/${one}`, { token, ...asJson({ tag: 'b' }) })
    await expectPublished('UpdateActivitySubscriptionResponse', changed)
    await expectPublished('GetActivitySubscriptionsResponse', await x.get('/2/activity/subscriptions', token))
    const several = await x.send('DELETE', `/2/activity/subscriptions?ids=${one},1`, { token })
    await expectPublished('DeleteActivitySubscriptionsByIdsResponse', several)
    const again = (await x.post('/2/activity/subscriptions', wanted, token)).json.data.subscription.subscription_id
    const gone = await x.send('DELETE', `/2/activity/subscriptions/${again}`, { token })
    await expectPublished('DeleteActivitySubscriptionResponse', gone)
    const replay = { webhook_id: webhookId, from_date: '202612010000', to_date: '202612020000' }
    await expectPublished('CreateWebhookReplayJobResponse', await x.post('/2/webhooks/replay', replay, token))
    await expectPublished('DeleteWebhooksResponse', await x.send('DELETE', `/2/webhooks/${webhookId}`, { token }))
    const fields = 'usage.fields=daily_client_app_usage,daily_project_usage'
    await expectPublished('GetUsageResponse', await x.get(`/2/usage/tweets?${fields}`, token))
    await expectPublished('DeletePostsResponse', await x.send('DELETE', `/2/tweets/${poll}`))
  })

  test('and there is no other call', () => {
    const answered = x.emulator.requests().filter(({ status }) => status !== null && status < 300)
    const unread = createXEmulator()
      .routes.filter(({ path }) => path.startsWith('/2/') && !path.startsWith('/2/oauth2/'))
      .filter(({ method, path }) => {
        const pattern = new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}$`)
        return !answered.some((request) => request.method === method && pattern.test(request.path))
      })
    // Seen in clients; X publishes no type of its answer.
    expect(unread.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /2/usage/credits'])
  })

  test('what does not fit, or is invented, is found', () => {
    expect(check('GetUsersMeResponse', { data: { id: 1 } })).toEqual(['/data/id must be string'])
    expect(check('CreatePostsResponse', { data: { id: '1' } })).not.toEqual([])
    const invented = { data: { id: '1', shoe_size: 43, affiliation: { cats: 2 } }, page: 1 }
    expect(check('GetUsersMeResponse', invented)).toEqual([
      ' must NOT have additional properties: page',
      '/data must NOT have additional properties: shoe_size',
      '/data/affiliation must NOT have additional properties: cats',
    ])
    expect(check('GetPostsByIdResponse', { data: { non_public_metrics: { cats: 2 } } })).toEqual([
      '/data/non_public_metrics must NOT have additional properties: cats',
    ])
  })

  test('every exception was needed', () => {
    expect(listUnusedExceptions()).toEqual([])
  })
})
