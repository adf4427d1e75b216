import { type SwitchTable, switchKinds } from '@ofm-social/core/testing'
import type { InstagramSettings } from './switches.ts'

type Table = SwitchTable<InstagramSettings>

const { address, amount, byName, oneOf, words } = switchKinds

const hourMs = 3_600_000
const dayMs = 24 * hourMs

const permission = {
  login: oneOf(['both', 'instagram', 'facebook'], 'both'),
  redirectUris: words([
    'http://127.0.0.1:3000/v1/accounts/connect/callback',
    'http://127.0.0.1:3000/callback',
    'http://127.0.0.1/callback',
    'https://app.example/callback',
  ]),
  scopes: words([]),
  declinedScopes: words([]),
  codeLifeMs: amount(hourMs),
  shortTokenLifeMs: amount(hourMs),
  longTokenLifeMs: amount(60 * dayMs),
  refreshAgeMinMs: amount(dayMs),
  youngRefreshCode: amount(100),
  tokenAfterRefresh: oneOf(['lives', 'dies'], 'lives'),
  tokenAnswer: oneOf(['flat', 'wrapped'], 'flat'),
  tokenUserId: oneOf(['number', 'string'], 'number'),
  tokenPermissions: oneOf(['list', 'text', 'absent'], 'list'),
  instagramRevocation: oneOf(['works', 'unsupported'], 'works'),
  businessOnly: words([]),
} satisfies Partial<Table>

const callbacks = {
  deauthorizeUrl: address(),
  dataDeletionUrl: address(),
  instagramSigningSecret: oneOf(['instagram', 'meta'], 'instagram'),
  accountSubscription: oneOf(['not_needed', 'required'], 'not_needed'),
  webhookShape: oneOf(['changes', 'entry'], 'changes'),
  deliveryLifeMs: amount(36 * hourMs),
  deliveryRetryMs: amount(1000),
} satisfies Partial<Table>

const publishing = {
  imageProcessingMs: amount(0),
  videoProcessingMs: amount(5000),
  carouselProcessingMs: amount(0),
  containerLifeMs: amount(dayMs),
  containersMax: amount(400),
  quotaTotal: amount(50),
  statusLagMs: amount(30_000),
  republish: oneOf(['not_found', 'same_media'], 'not_found'),
  expiredContainer: oneOf(['media_expired', 'not_found'], 'media_expired'),
} satisfies Partial<Table>

const media = {
  imageFormats: oneOf(['strict', 'png_too'], 'strict'),
  tallImages: oneOf(['refused', 'accepted'], 'refused'),
  videoChecks: oneOf(['lenient', 'strict'], 'lenient'),
  carouselVideos: oneOf(['older_pages', 'as_reels'], 'older_pages'),
  locationOnStories: oneOf(['ignored', 'refused'], 'ignored'),
  statusText: oneOf(['sentence', 'short'], 'sentence'),
  fetchTimeoutMs: amount(10_000),
  robots: oneOf(['ignored', 'strict'], 'ignored'),
  redirects: oneOf(['followed', 'refused'], 'followed'),
} satisfies Partial<Table>

const accounts = {
  withoutTrialReels: words([]),
  accountStates: byName({}, oneOf(['restricted', 'checkpointed'], 'restricted')),
  listingLagMs: amount(0),
  mentionsReadBack: oneOf(['kept', 'dropped'], 'kept'),
  commentLimits: oneOf(['checked', 'none'], 'checked'),
  commentAuthors: oneOf(['present', 'withheld'], 'present'),
  deleteMissing: oneOf(['not_found', 'deleted'], 'not_found'),
  deletion: oneOf(['works', 'fatal'], 'works'),
  metricsGrowth: oneOf(['grows', 'none'], 'grows'),
  insightsDelayMs: amount(0),
  followersCount: amount(1200),
  accountCallsMax: amount(48_000),
  appCallsMax: amount(20_000),
} satisfies Partial<Table>

/** Every switch with its values and its default. */
export const switchTable: Table = {
  ...permission,
  ...callbacks,
  ...publishing,
  ...media,
  ...accounts,
}
