import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ConfigError, parseConfig } from './config.ts'

function mistakesOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    parseConfig(environment)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes
    throw error
  }
}

const instagram = {
  PUBLIC_URL: 'https://social.example',
  INSTAGRAM_CLIENT_ID: 'id',
  INSTAGRAM_CLIENT_SECRET: 'secret',
}

const temporal = { TEMPORAL_ADDRESS: 'temporal:7233', DATABASE_URL: 'postgres://db/ofm', X_CLIENT_ID: 'id' }

describe('the configuration', () => {
  test('needs nothing: the trial', () => {
    expect(parseConfig({})).toEqual({
      host: '127.0.0.1',
      port: 3000,
      publicUrl: null,
      databaseUrl: null,
      dataFolder: resolve('.data'),
      secretKey: null,
      oldSecretKeys: [],
      s3: null,
      platforms: { kind: 'emulators', port: 4010 },
      paidMetrics: [],
      logLevel: 'warn',
      returnToOrigins: [],
      uploadSizeBytesMax: 8_000_000_000,
      drainMs: 0,
      role: 'all',
      temporal: null,
      temporalCli: { cliPath: null, searchPath: '' },
    })
  })

  test('lets this machine be reached over http', () => {
    expect(parseConfig({ PUBLIC_URL: 'http://localhost:8080' }).publicUrl).toBe('http://localhost:8080')
  })

  test('takes an empty variable for none', () => {
    expect(parseConfig({ PORT: '', DATABASE_URL: '' })).toEqual(parseConfig({}))
  })

  test('of a deployment names its parts', () => {
    const config = parseConfig({
      NODE_ENV: 'production',
      HOST: '0.0.0.0',
      PORT: '8080',
      PUBLIC_URL: 'https://social.example/',
      DATABASE_URL: 'postgres://ofm:secret@db/ofm',
      OFM_KEY: Buffer.alloc(32, 1).toString('base64'),
      OFM_RETURN_TO: 'https://app.example/accounts, https://admin.example',
      X_CLIENT_ID: 'id',
      X_CLIENT_SECRET: 'secret',
      X_API_SECRET: 'signs',
      INSTAGRAM_CLIENT_ID: 'instagram-id',
      INSTAGRAM_CLIENT_SECRET: 'instagram-secret',
      INSTAGRAM_META_APP_SECRET: 'meta-secret',
      INSTAGRAM_VERIFY_TOKEN: 'word',
      INSTAGRAM_WEBHOOK_FIELDS: 'comments, mentions',
      S3_BUCKET: 'media',
      S3_REGION: 'eu-west-3',
      OFM_METRICS: 'x',
    })
    expect(config).toMatchObject({
      publicUrl: 'https://social.example',
      returnToOrigins: ['https://app.example', 'https://admin.example'],
      platforms: {
        kind: 'real',
        platforms: {
          x: { app: { clientId: 'id', clientSecret: 'secret', apiSecret: 'signs' }, baseUrl: null },
          instagram: {
            app: {
              ...{ clientId: 'instagram-id', clientSecret: 'instagram-secret' },
              ...{ metaAppSecret: 'meta-secret', webhookVerifyToken: 'word' },
            },
            baseUrl: null,
            webhookFields: ['comments', 'mentions'],
          },
        },
      },
      s3: { bucket: 'media', prefix: '', region: 'eu-west-3', endpoint: null },
      paidMetrics: ['x'],
      logLevel: 'info',
      drainMs: 5_000,
    })
  })

  test.each([
    ['', ['workflows', 'platforms', 'media']],
    ['workflows', ['workflows']],
    ['platforms, media', ['platforms', 'media']],
  ])('of a worker with the parts "%s" runs %j', (OFM_WORKER_PARTS, parts) => {
    expect(parseConfig({ ...temporal, OFM_ROLE: 'worker', OFM_WORKER_PARTS }).temporal?.parts).toEqual(parts)
  })

  test.each([
    [{}, { concurrency: { perPlatform: {} }, startsPerSecond: {} }],
    [
      { OFM_WORKER_CONCURRENCY: 'x:5, media:2,workflows:80' },
      { concurrency: { perPlatform: { x: 5 }, media: 2, workflows: 80 }, startsPerSecond: {} },
    ],
    [
      { ...instagram, OFM_WORKER_CONCURRENCY: 'platforms:40,x:5', OFM_WORKER_STARTS_PER_SECOND: 'x:0.5,instagram:10' },
      { concurrency: { perPlatform: { x: 5, instagram: 40 } }, startsPerSecond: { x: 0.5, instagram: 10 } },
    ],
  ])('of a worker with %o limits it to %o', (environment, limits) => {
    expect(parseConfig({ ...temporal, ...environment }).temporal?.limits).toEqual(limits)
  })

  test('of limits names every item that is wrong, and what it may be', () => {
    const mistakes = mistakesOf({
      ...temporal,
      OFM_WORKER_CONCURRENCY: 'x:0, CANARY:4, media, workflows:1, platforms:1.5, x:3, media:2, CANARY',
      OFM_WORKER_STARTS_PER_SECOND: 'x:-1,media:3,x:fast',
    })
    expect(mistakes).toEqual([
      'OFM_WORKER_CONCURRENCY: x must be a whole number from 1 to 1000.',
      'OFM_WORKER_CONCURRENCY: item 2 must begin with one of platforms, media, workflows, x, such as platforms:5.',
      'OFM_WORKER_CONCURRENCY: media must be a whole number from 1 to 1000.',
      'OFM_WORKER_CONCURRENCY: workflows must be a whole number from 2 to 300.',
      'OFM_WORKER_CONCURRENCY: platforms must be a whole number from 1 to 1000.',
      'OFM_WORKER_CONCURRENCY: x stands there twice.',
      'OFM_WORKER_CONCURRENCY: media stands there twice.',
      'OFM_WORKER_CONCURRENCY: item 8 must begin with one of platforms, media, workflows, x, such as platforms:5.',
      'OFM_WORKER_STARTS_PER_SECOND: x must be a number from 0.001 to 1000.',
      'OFM_WORKER_STARTS_PER_SECOND: item 2 must begin with one of x, such as x:5.',
      'OFM_WORKER_STARTS_PER_SECOND: x stands there twice.',
    ])
  })

  test('says what does not go together beside what cannot be read, and blames no variable for two things', () => {
    const mistakes = mistakesOf({
      ...{ NODE_ENV: 'production', DATABASE_URL: 'mysql://db/ofm', PORT: '70000', PUBLIC_URL: 'nowhere' },
      ...{ INSTAGRAM_CLIENT_ID: 'id', X_CLIENT_SECRET: 'secret', OFM_WORKER_CONCURRENCY: 'x:0' },
    })
    expect(mistakes.map((mistake) => mistake.slice(0, 40))).toEqual([
      'PORT must be a port from 0 to 65535 (0: ',
      'PUBLIC_URL must be a URL such as https:/',
      'DATABASE_URL must be a URL such as postg',
      'OFM_KEY is missing: it seals the tokens ',
      'X_CLIENT_ID is missing, although X_CLIEN',
      'INSTAGRAM_CLIENT_SECRET is missing, alth',
      'TEMPORAL_ADDRESS is missing, although OF',
      'OFM_WORKER_CONCURRENCY: item 1 must begi',
    ])
  })

  test('of production asks for everything that is missing at once', () => {
    const mistakes = mistakesOf({ NODE_ENV: 'production' })
    expect(mistakes.map((mistake) => mistake.split(/[ :]/)[0])).toEqual(['DATABASE_URL', 'OFM_KEY', 'No'])
  })

  test('says all mistakes at once, without their values', () => {
    const mistakes = mistakesOf({
      PORT: '70000',
      PUBLIC_URL: 'http://social.example',
      DATABASE_URL: 'mysql://CANARY',
      OFM_KEY: 'CANARY',
      LOG_LEVEL: 'loud',
      TEMPORAL_ADDRESS: 'https://localhost',
      OFM_ROLE: 'both',
      OFM_WORKER_PARTS: 'workflows,film',
      S3_BUCKET: 'Media',
      S3_ENDPOINT: 'CANARY',
      REDIS_URL: 'redis://cache',
    })
    expect(mistakes).toEqual([
      'PORT must be a port from 0 to 65535 (0: any free one).',
      'PUBLIC_URL must be a URL such as https://social.example.com; http is for localhost only.',
      'DATABASE_URL must be a URL such as postgres://user:password@host:5432/database.',
      'OFM_KEY must be 32 bytes in base64 or hex, for example from `openssl rand -base64 32`.',
      'LOG_LEVEL must be one of trace, debug, info, warn, error, silent.',
      'S3_BUCKET must be the name of a bucket: 3 to 63 lower case letters, digits, dots and hyphens.',
      'S3_ENDPOINT must be a URL such as https://s3.example.com.',
      'TEMPORAL_ADDRESS must be a host and a port such as localhost:7233.',
      'OFM_ROLE must be all, api or worker.',
      'OFM_WORKER_PARTS must be a list of parts with commas between them, of workflows, platforms, media.',
      'REDIS_URL is set, but Redis is not needed yet; unset it.',
    ])
  })

  test.each([
    [{ NODE_ENV: 'production', X_CLIENT_ID: 'id', OFM_KEY: 'a'.repeat(64) }, /^DATABASE_URL is missing/],
    [{ NODE_ENV: 'production', X_CLIENT_ID: 'id', DATABASE_URL: 'postgres://db/ofm' }, /^OFM_KEY is missing/],
    [{ NODE_ENV: 'production', OFM_ALLOW_PGLITE: '1' }, /^No platform is given: set X_CLIENT_ID, .*OFM_EMULATORS=1/],
    [{ OFM_EMULATORS: '0' }, /^No platform is given/],
    [{ X_CLIENT_SECRET: 'secret' }, /^X_CLIENT_ID is missing, although X_CLIENT_SECRET is set/],
    [{ S3_ENDPOINT: 'https://s3.example' }, /^S3_BUCKET is missing, although S3_ENDPOINT is set/],
    [{ X_API_SECRET: 'secret' }, /^X_CLIENT_ID is missing/],
    [{ OFM_METRICS: 'x,myspace' }, /^OFM_METRICS must be a list of platforms/],
    [{ OFM_WORKER_PARTS: 'media' }, /^TEMPORAL_ADDRESS is missing, although OFM_WORKER_PARTS is set/],
    [{ ...temporal, OFM_ROLE: 'api', OFM_WORKER_PARTS: 'media' }, /^OFM_WORKER_PARTS is set, although OFM_ROLE=api/],
    [{ OFM_WORKER_STARTS_PER_SECOND: 'x:5' }, /^TEMPORAL_ADDRESS is missing, although OFM_WORKER_STARTS_PER_SECOND is/],
    [{ X_CLIENT_ID: 'id', OFM_EMULATORS: '1' }, /exclude each other/],
    [{ ...instagram, INSTAGRAM_CLIENT_SECRET: '' }, /^INSTAGRAM_CLIENT_SECRET is missing/],
    [{ X_CLIENT_ID: 'id', INSTAGRAM_VERIFY_TOKEN: 'word' }, /^INSTAGRAM_CLIENT_ID or INSTAGRAM_FACEBOOK_CLIENT_ID is/],
    [{ ...instagram, INSTAGRAM_WEBHOOK_FIELDS: 'Comments' }, /^INSTAGRAM_WEBHOOK_FIELDS must be names with commas/],
    [{ ...instagram, INSTAGRAM_FACEBOOK_WEBHOOK_FIELDS: 'feed' }, /^INSTAGRAM_FACEBOOK_CLIENT_ID is missing, although/],
    [{ ...instagram, OFM_METRICS: 'x' }, /^X_CLIENT_ID is missing, although OFM_METRICS names x/],
    [{ ...instagram, PUBLIC_URL: '' }, /^PUBLIC_URL is missing: Instagram fetches files/],
    [{ ...instagram, PUBLIC_URL: 'http://localhost:3000' }, /^PUBLIC_URL is of this machine alone/],
  ])('refuses %o', (environment, mistake) => {
    const mistakes = mistakesOf(environment)
    expect(mistakes).toHaveLength(1)
    expect(mistakes[0]).toMatch(mistake)
  })

  test('lets Instagram fetch from a bucket, or be elsewhere', () => {
    const facebook = { INSTAGRAM_FACEBOOK_CLIENT_ID: 'id', INSTAGRAM_FACEBOOK_CLIENT_SECRET: 'secret' }
    expect(mistakesOf(instagram)).toEqual([])
    expect(mistakesOf({ ...facebook, S3_BUCKET: 'media' })).toEqual([])
    expect(mistakesOf({ ...facebook, INSTAGRAM_BASE_URL: 'http://127.0.0.1:4011' })).toEqual([])
  })

  test('lets somebody try in production who says so', () => {
    expect(mistakesOf({ NODE_ENV: 'production', OFM_ALLOW_PGLITE: '1', OFM_EMULATORS: '1' })).toEqual([])
  })
})
