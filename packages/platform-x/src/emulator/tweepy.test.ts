import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createFixedClock } from '@ofm-social/core/testing'
import { describe, expect, test } from 'vitest'
import { startXEmulator } from './x-emulator.ts'

const run = promisify(execFile)
const python = findPython()

describe.skipIf(!python)('tweepy, as published', () => {
  test('posts, reads, pages and raises its own errors', async () => {
    const clock = createFixedClock()
    const rateLimits = { 'POST /2/tweets': { user: 15 } }
    const emulator = await startXEmulator({ now: clock.now, rateLimits })
    try {
      const { app, accounts } = emulator.credentials()
      const { apiKey, apiSecret, bearerToken } = app
      const login = { callback: app.redirectUris[0], accountId: accounts[1]?.id }
      const keys = { apiKey, apiSecret, bearerToken, ...Object(accounts[0]?.oauth1), ...login }
      const script = fileURLToPath(new URL('__fixtures__/tweepy_client.py', import.meta.url))
      const { stdout } = await run(python ?? '', [script, emulator.url, JSON.stringify(keys)])
      expect(JSON.parse(stdout)).toMatchObject({
        login: {
          page: 'https://api.twitter.com/oauth/authorize',
          refusal: expect.stringContaining('Invalid oauth_verifier parameter'),
          username: 'bea_demo',
        },
        me: { username: 'ada_demo', subscription_type: 'None', public_metrics: { tweet_count: 0 } },
        poll: ['Red', 'Blue'],
        author: 'ada_demo',
        likes: 0,
        createdAt: '2026-12-01T12:00:00+00:00',
        listed: [...[5, 4, 3, 2, 1, 0].map((n) => `Number ${n}`), 'In a thread', 'Which one first?'],
        privateErrors: [
          'non_public_metrics.impression_count',
          'non_public_metrics.engagements',
          'non_public_metrics.url_link_clicks',
          'non_public_metrics.user_profile_clicks',
        ],
        duplicate: { class: 'Forbidden' },
        missing: { class: 'NotFound' },
        invalid: { class: 'BadRequest', messages: ['The `ids` query parameter value [x] is not valid'] },
        appOnly: { class: 'Unauthorized' },
        deleted: { deleted: true },
        coded: { class: 'Forbidden' },
        coded_list: { class: 'Forbidden', codes: [187] },
        untyped: { class: 'Forbidden' },
        html: { class: 'Forbidden' },
        empty: { class: 'Forbidden' },
        unavailable: { class: 'TwitterServerError' },
        limited: { class: 'TooManyRequests', resetTime: clock.now() / 1000 + 900 },
      })
    } finally {
      await emulator.close()
    }
  })
})

/** Installs it the first time; undefined where there is no Python. */
function findPython(): string | undefined {
  const script = fileURLToPath(new URL('../../../../.ci/tweepy', import.meta.url))
  const { status, stdout, stderr } = spawnSync('bash', [script], { encoding: 'utf8' })
  if (status === 0) return stdout.trim()
  if (status === 3) return undefined
  throw new Error(`tweepy could not be installed:\n${stderr}`)
}
