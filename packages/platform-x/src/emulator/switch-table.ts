import { type SwitchTable, switchKinds } from '@ofm-social/core/testing'
import { checkOrder } from './check-call.ts'
import type {
  XMediaLimits,
  XPlanRules,
  XProcessingFailure,
  XProcessingPlan,
  XRateLimits,
  XSettings,
} from './switches.ts'

type Table = SwitchTable<XSettings>

const { amount, byName, flag, oneOf, parts, text, words } = switchKinds

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const permission = {
  appType: oneOf(['confidential', 'public'], 'confidential'),
  redirectUris: words([
    'http://127.0.0.1:3000/v1/accounts/connect/callback',
    'http://127.0.0.1:3000/callback',
    'http://127.0.0.1/callback',
    'https://app.example/callback',
  ]),
  scopes: words(['tweet.read', 'tweet.write', 'users.read', 'media.write', 'offline.access']),
  accessTokenLifeMs: amount(2 * hourMs),
  codeLifeMs: amount(30_000),
  refreshTokenLifeMs: amount(180 * dayMs),
  refreshReuse: oneOf(['refuse', 'revoke_grant'], 'refuse'),
  accessTokenAfterRefresh: oneOf(['dies', 'lives'], 'dies'),
  secondLogin: oneOf(['revokes_first', 'keeps_first'], 'revokes_first'),
  revokeAnswer: oneOf(['revoked', 'empty'], 'revoked'),
  oauth1: oneOf(['open', 'ended'], 'open'),
  appPermissions: oneOf(['read', 'read_write'], 'read_write'),
  checkOrder: words(checkOrder, checkOrder),
} satisfies Partial<Table>

const openness = oneOf(['open', 'refused'], 'open')

const plan = {
  plan: oneOf(['payg', 'enterprise', 'pro', 'basic', 'free'], 'payg'),
  strangerMentions: oneOf(['open', 'refused'], 'open'),
  reposts: oneOf(['open', 'refused'], 'open'),
  planRefusal: oneOf(['client_forbidden', 'forbidden'], 'client_forbidden'),
  planRules: parts<XPlanRules>(
    { strangerReplies: openness, quotes: openness, cashtags: openness, likes: openness, follows: openness },
    {},
  ),
  enrolled: flag(true),
  rateLimits: byName<XRateLimits>(
    {},
    parts<XRateLimits>(
      { user: amount(0), app: amount(0), user3h: amount(0), userDay: amount(0), appDay: amount(0) },
      {},
    ),
  ),
  dayHeaders: oneOf(['absent', 'present'], 'absent'),
} satisfies Partial<Table>

const money = {
  billing: oneOf(['funded', 'credits_depleted', 'spend_cap_reached', 'usage_capped'], 'funded'),
  balanceMicroUsd: amount(Number.POSITIVE_INFINITY),
  autoRecharge: parts<XSettings['autoRecharge']>({ thresholdMicroUsd: amount(0), amountMicroUsd: amount(0) }, {}),
  spendCapMicroUsd: amount(Number.POSITIVE_INFINITY),
  cycleDay: amount(1),
  postReadsMax: byName({ payg: 3_000_000, pro: 1_000_000, basic: 15_000, free: 100 }, amount(0)),
  spendCapRefusal: oneOf(['status_403', 'status_402'], 'status_403'),
  usageCredits: oneOf(['absent', 'answers'], 'absent'),
  prices: byName({}, amount(0)),
  appOwner: text(''),
  pricedUrls: words(
    ['with_protocol', 'bare', 'short', 'post'],
    ['with_protocol', 'bare', 'short', 'post', 'quote', 'handle'],
  ),
  selfReplyBilling: oneOf(['normal', 'summoned'], 'normal'),
  editBilling: oneOf(['as_create', 'free'], 'as_create'),
  deleteBilling: oneOf(['interaction.delete', 'content.manage'], 'interaction.delete'),
  refusedWrites: oneOf(['free', 'billed'], 'free'),
  billingAtTokenEndpoint: oneOf(['open', 'refuses'], 'open'),
} satisfies Partial<Table>

const accounts = {
  subscriptions: byName(
    { ada_demo: 'None', bea_demo: 'Premium' },
    oneOf(['None', 'Basic', 'Premium', 'PremiumPlus'], 'None'),
  ),
  verifiedTypes: byName({}, oneOf(['blue', 'business', 'government', 'none'], 'none')),
  protectedAccounts: words([]),
  creators: words(['bea_demo']),
  communities: byName<readonly string[]>({ '1500000000000000001': ['ada_demo', 'bea_demo'] }, words([])),
  withoutBirthDate: words([]),
  untaggable: words([]),
  accountStates: byName({}, oneOf(['suspended', 'locked', 'automated'], 'suspended')),
} satisfies Partial<Table>

const posts = {
  createAnswer: oneOf(['legacy', 'current', 'neither', 'empty_version'], 'legacy'),
  textLengths: byName({}, amount(0)),
  longTextUnit: oneOf(['weighted', 'characters'], 'weighted'),
  longPolls: oneOf(['taken', 'refused'], 'taken'),
  outerSpace: oneOf(['trimmed', 'kept'], 'trimmed'),
  entityOffsets: oneOf(['code_points', 'utf16'], 'code_points'),
  postsPerDayMax: amount(2400),
  repeatedRepost: oneOf(['refused', 'repeated'], 'refused'),
  replyLagMs: amount(0),
  duplicateWindowMs: amount(dayMs),
  duplicateSurvivesDelete: flag(true),
  duplicateComparesMedia: flag(false),
  editWindowMs: amount(hourMs),
  editsMax: amount(5),
  overLength: oneOf(['not_permitted', 'code_186'], 'not_permitted'),
  deleteMissing: oneOf(['not_found', 'deleted'], 'not_found'),
} satisfies Partial<Table>

const mediaLimits = parts<XMediaLimits>(
  {
    sizeBytesMax: amount(0),
    durationMsMax: amount(0),
    premiumSizeBytesMax: amount(0),
    premiumDurationMsMax: amount(0),
  },
  {},
)
const failure = parts<XProcessingFailure>({ name: text(''), code: amount(0), message: text('') }, { name: '' })
const processingPlan = parts<XProcessingPlan>(
  { pendingMs: amount(0), inProgressMs: amount(0), failure, stallsAtPercent: amount(0) },
  {},
)

const media = {
  mediaLifeMs: amount(dayMs),
  mediaLagMs: amount(0),
  segmentSizeBytesMax: amount(8 * 1024 * 1024),
  segmentTooLarge: oneOf(['status_413', 'status_400'], 'status_413'),
  segmentsMax: amount(1000),
  missingSegment: oneOf(['refused', 'fails_processing'], 'refused'),
  segmentReuse: oneOf(['replaces', 'keeps_first', 'refused'], 'replaces'),
  segmentOrder: oneOf(['any', 'in_row'], 'any'),
  appendAnswer: oneOf(['json', 'empty'], 'json'),
  pendingMs: amount(1000),
  inProgressMs: amount(2000),
  processing: byName<XProcessingPlan>({}, processingPlan),
  mediaLimits: byName<XMediaLimits>({}, mediaLimits),
  mixedMedia: oneOf(['refused', 'taken'], 'refused'),
  statusWithoutProcessing: oneOf(['refuse', 'answer'], 'refuse'),
  commandProtocol: oneOf(['off', 'on'], 'off'),
  subtitlesAnswer: oneOf(['list', 'object'], 'list'),
  videoAltText: oneOf(['kept', 'refused'], 'kept'),
  sensitiveMark: oneOf(['accepted', 'refused'], 'accepted'),
  sensitiveReadsBack: flag(true),
} satisfies Partial<Table>

const reads = {
  problemHost: oneOf(['api.twitter.com', 'api.x.com'], 'api.twitter.com'),
  errorBodies: oneOf(['recorded', 'single', 'untyped', 'coded_list', 'coded', 'html', 'empty'], 'recorded'),
  unknownFields: oneOf(['drop', 'refuse'], 'drop'),
  undecidedDialect: oneOf(['legacy', 'current'], 'legacy'),
  missingPost: oneOf(['partial', 'not_found'], 'partial'),
  suspendedError: oneOf(['resource-not-found', 'forbidden'], 'resource-not-found'),
  timelineReachMax: amount(3200),
  timelineReachWithoutRepliesMax: amount(800),
  oddTimes: oneOf(['taken', 'refused'], 'taken'),
  timelineLagMs: amount(0),
  lastPage: oneOf(['ends', 'empty_page_follows'], 'ends'),
  metricsGrowth: oneOf(['grows', 'none'], 'grows'),
  missingCounters: words([]),
  privateMetricsLifeMs: amount(30 * dayMs),
  analyticsHistoryMs: amount(Number.POSITIVE_INFINITY),
  analyticsTotals: oneOf(['timestamped', 'flat'], 'timestamped'),
  mediaAnalyticsCounters: oneOf(['numbers', 'text'], 'numbers'),
  analytics: oneOf(['open', 'refused'], 'open'),
} satisfies Partial<Table>

const webhooks = {
  webhookUrls: oneOf(['local_too', 'public_only'], 'local_too'),
  webhooksMax: amount(1),
  challengeEveryMs: amount(hourMs),
  deliveryTriesMax: amount(3),
  deliveryRetryMs: amount(minuteMs),
  subscriptionAnswer: oneOf(['nested', 'flat', 'list'], 'nested'),
  eventUsers: oneOf(['wrapped', 'bare'], 'wrapped'),
  revokeEvents: oneOf(['every_webhook', 'subscribers', 'nobody'], 'every_webhook'),
  deliveryCopies: amount(1),
  deliveries: oneOf(['genuine', 'tampered'], 'genuine'),
  webhookRefusal: oneOf(['invalid_request', 'blank'], 'invalid_request'),
} satisfies Partial<Table>

/** Every switch, in the order of the reference. */
export const switchTable: Table = {
  ...permission,
  ...plan,
  ...money,
  ...accounts,
  ...posts,
  ...media,
  ...reads,
  ...webhooks,
}
