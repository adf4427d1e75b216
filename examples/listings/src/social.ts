import { createSocial } from '@ofm-social/core'
import { createPostgresStore } from '@ofm-social/core/postgres'
import { createXAdapter } from '@ofm-social/platform-x'
import { clientId, clientSecret, pool } from './host-app.ts'

/** The app's own module: `engine` is all that Temporal changes in it. */
export const social = createSocial({
  store: createPostgresStore({ pool }),
  adapters: [createXAdapter()],
  apps: { x: { clientId, clientSecret } },
  secretKey: process.env.OFM_KEY,
  engine: 'temporal',
})
