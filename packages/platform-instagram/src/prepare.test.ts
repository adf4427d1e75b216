import { sampleAsset } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { accountId, container } from './__fixtures__/answers.ts'
import { createPrepareRig, hourMs, image, now, video } from './__fixtures__/prepare-rig.ts'

const { close, created, prepare, prepareFully, requests, start } = createPrepareRig()
afterEach(close)

describe('an image', () => {
  test('is fetched by Instagram, and is ready when its container is', async () => {
    await start({ status: (_, times) => (times === 1 ? container('IN_PROGRESS') : undefined) })
    const { outcome } = await prepareFully([image], {
      text: 'Hi @ada',
      settings: { locationId: '7', madeWithAi: true, collaborators: ['bea'] },
    })
    expect(requests()[0]).toMatchObject({ method: 'POST', path: `/graph.instagram.com/v25.0/${accountId}/media` })
    expect(requests()[0]?.headers.get('authorization')).toBe('Bearer t')
    expect(created()).toEqual([
      {
        image_url: 'https://media.example/sample-jpeg',
        alt_text: 'A dancer',
        caption: 'Hi @ada',
        location_id: '7',
        collaborators: '["bea"]',
        is_ai_generated: 'true',
      },
    ])
    expect(outcome).toEqual({
      status: 'prepared',
      uploads: { accountId, containerId: '101', createdAt: now },
      expiresAt: now + 23.5 * hourMs,
    })
  })
})

describe('a reel', () => {
  test('takes a cover, an offset of zero and no place in the feed', async () => {
    await start()
    const settings = {
      coverAsset: 1,
      thumbOffsetMs: 0,
      shareToFeed: false,
      trialReel: 'MANUAL',
      audioName: 'Mine',
    } as const
    await prepareFully([video, image], { settings })
    expect(created()).toEqual([
      {
        media_type: 'REELS',
        video_url: 'https://media.example/sample-mp4',
        cover_url: 'https://media.example/sample-jpeg',
        caption: 'First light',
        share_to_feed: 'false',
        thumb_offset: '0',
        audio_name: 'Mine',
        trial_params: '{"graduation_strategy":"MANUAL"}',
      },
    ])
  })

  test('says where it may appear even when nobody said', async () => {
    await start()
    await prepareFully([video])
    expect(created()).toMatchObject([{ media_type: 'REELS', share_to_feed: 'true' }])
  })
})

describe('a carousel', () => {
  const items = ['a', 'b', 'c'].map((id) => sampleAsset('jpeg', { id }))

  test('is made of its items, images and videos mixed', async () => {
    await start()
    const settings = {
      userTags: [
        { username: 'bea', x: 0, y: 1 },
        { username: 'cid', asset: 1 },
      ],
    }
    const { outcome } = await prepareFully([image, video], { settings })
    expect(created()).toEqual([
      {
        is_carousel_item: 'true',
        image_url: 'https://media.example/sample-jpeg',
        alt_text: 'A dancer',
        user_tags: '[{"username":"bea","x":0,"y":1}]',
      },
      {
        media_type: 'VIDEO',
        is_carousel_item: 'true',
        video_url: 'https://media.example/sample-mp4',
        user_tags: '[{"username":"cid"}]',
      },
      { media_type: 'CAROUSEL', children: '101,102', caption: 'First light' },
    ])
    expect(outcome).toMatchObject({
      status: 'prepared',
      uploads: { containerId: '103' },
      expiresAt: now + 23.5 * hourMs,
    })
  })

  test('resumes after the process died, with what was made', async () => {
    await start({ create: (_, times) => (times === 3 ? { reset: true } : undefined) })
    const died = await prepare(items)
    expect(died.error?.code).toBe('outcome_unknown')
    await prepareFully(items, { ...(died.checkpoint && { checkpoint: died.checkpoint }) })
    expect(created().map(({ image_url: url }) => url?.slice(-1))).toEqual(['a', 'b', 'c', 'c', undefined])
  })

  test('is made again when an item had to be', async () => {
    await start()
    const first = await prepareFully(items)
    await prepareFully(items, { ...(first.checkpoint && { checkpoint: first.checkpoint }), now: now + 24 * hourMs })
    expect(created()).toHaveLength(8)
    expect(created().at(-1)).toMatchObject({ children: '105,106,107' })
  })
})

describe('with the login through Facebook', () => {
  const partnership = { paidPartnership: true, sponsorIds: ['17841400000000002', '17841400000000003'] }
  const labels = {
    is_paid_partnership: 'true',
    branded_content_sponsor_ids: '["17841400000000002","17841400000000003"]',
  }

  test.each([
    ['a post', [image], {}],
    ['a reel', [video], {}],
    ['a story', [image], { placement: 'story' }],
  ] as const)('%s is labelled as a paid partnership, with those who pay', async (_, assets, settings) => {
    await start()
    const text = 'placement' in settings ? '' : 'First light'
    await prepareFully(assets, { login: 'facebook', text, settings: { ...settings, ...partnership } })
    expect(created()).toMatchObject([labels])
  })

  test('a carousel is labelled as a whole, not its items', async () => {
    await start()
    await prepareFully([image, image], { login: 'facebook', settings: partnership })
    expect(created().map((fields) => 'is_paid_partnership' in fields)).toEqual([false, false, true])
    expect(created()[2]).toMatchObject(labels)
  })

  test('nobody who pays need be named', async () => {
    await start()
    await prepareFully([image], { login: 'facebook', settings: { paidPartnership: true } })
    expect(created()[0]).toMatchObject({ is_paid_partnership: 'true' })
    expect(created()[0]).not.toHaveProperty('branded_content_sponsor_ids')
  })

  test.each([
    ['with its volumes', { audioId: '7', audioVolume: 80, videoVolume: 0 }, { audio_volume: 80, video_volume: 0 }],
    ['as loud as Instagram has it', { audioId: '7' }, {}],
  ])('a reel takes licensed sound, %s', async (_, audio, volumes) => {
    await start()
    await prepareFully([video], { login: 'facebook', settings: { audio } })
    expect(JSON.parse(created()[0]?.audio_configuration ?? '')).toEqual({ audio_id: '7', ...volumes })
  })
})

test('a story is a story, whatever it shows, and has no caption', async () => {
  await start()
  await prepareFully([image], { text: '', settings: { placement: 'story' } })
  await prepareFully([video], { text: '', settings: { placement: 'story', userTags: [{ username: 'bea' }] } })
  expect(created()).toEqual([
    { media_type: 'STORIES', image_url: 'https://media.example/sample-jpeg' },
    { media_type: 'STORIES', video_url: 'https://media.example/sample-mp4', user_tags: '[{"username":"bea"}]' },
  ])
})
