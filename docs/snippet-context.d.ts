import type { Account, Post, Publication, Social } from '@ofm-social/core'
import type { Pool } from 'pg'

/** What the snippets of the documentation presume: an app with a pool, its credentials, and what earlier snippets of a page have made. */
declare global {
  const pool: Pool
  const clientId: string
  const clientSecret: string
  const tokens: { readonly accessToken: string; readonly refreshToken: string }
  const social: Social
  const account: Account
  const post: Post
  const publication: Publication
}
