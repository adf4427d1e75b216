import pg from 'pg'

/** What the app of the listings has anyway: its own pool, its app on X, and what it plans to publish. Read from the environment. */
export const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL })
export const clientId = process.env.X_CLIENT_ID ?? ''
export const clientSecret = process.env.X_CLIENT_SECRET ?? ''
export const tokens = {
  accessToken: process.env.X_ACCESS_TOKEN ?? '',
  ...(process.env.X_REFRESH_TOKEN ? { refreshToken: process.env.X_REFRESH_TOKEN } : {}),
}
export const address = process.env.TEMPORAL_ADDRESS ?? 'localhost:7233'
