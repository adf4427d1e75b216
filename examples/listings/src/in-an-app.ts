// #region listing
import { createSocial } from '@ofm-social/core'
import { createPostgresStore } from '@ofm-social/core/postgres'
import { createXAdapter } from '@ofm-social/platform-x'
import { clientId, clientSecret, pool, tokens } from './host-app.ts'

const social = createSocial({
  store: createPostgresStore({ pool }), // schema "ofm"; no roles, no superuser
  adapters: [createXAdapter()],
  apps: { x: { clientId, clientSecret } },
  secretKey: process.env.OFM_KEY,
})
await social.migrate()

const account = await social.accounts.add({ creator: 'ada', platform: 'x', tokens }) // 'ada' is the app's own id, made on first use
const clip = await social.assets.add({ creator: 'ada', file: './clip.mp4' })
const post = await social.posts.create({
  to: [account.id],
  text: 'First light',
  assets: [clip.id],
  at: '2026-12-24T18:00[Europe/Paris]',
  key: 'order-981',
})

social.start() // runs what is due and hands out events; or social.tick({ maxMs }) from a cron
social.on('publication.*', async (event) =>
  console.log(event.publication.platform, event.publication.state, event.reason?.message ?? ''),
)

// #endregion

export { post, social }
