import { expect, test } from 'vitest'
import type { DataFolder } from './data-folder.ts'
import { openPlatforms } from './open-platforms.ts'

/** Only emulators keep something. */
const unused: DataFolder = {
  path: '/nowhere',
  at: (name) => `/nowhere/${name}`,
  readPrivate: async () => undefined,
  writePrivate: async () => undefined,
  ensurePrivate: async (_name, text) => text,
}

test('an account of a platform is subscribed where fields are named for it', async () => {
  const app = { clientId: 'id', clientSecret: 'secret' }
  const { adapters } = await openPlatforms(
    {
      kind: 'real',
      platforms: {
        x: { app, baseUrl: null },
        instagram: { app, baseUrl: null, webhookFields: ['comments'] },
        instagram_facebook: { app, baseUrl: null },
      },
    },
    unused,
    'https://social.example',
  )
  const subscribing = adapters.filter(({ subscribe }) => subscribe !== undefined)
  expect(subscribing.map(({ platform }) => platform)).toEqual(['instagram'])
})
