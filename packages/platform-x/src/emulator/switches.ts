import type { XCheck } from './check-call.ts'

/** What nobody has verified on X, what depends on the plan, and what a test wants otherwise. All have defaults. */
export interface XEmulatorSwitches {
  /** Default `confidential`: the token endpoint wants the Basic header. */
  readonly appType?: 'confidential' | 'public'
  /** Callbacks of the app, compared exactly. Default: the one of a local server, see `seed.ts`. */
  readonly redirectUris?: readonly string[]
  /** Scopes of the seeded tokens. Default: those that publishing needs. */
  readonly scopes?: readonly string[]
  /** Default 7,200,000. */
  readonly accessTokenLifeMs?: number
  /** Default 30,000. */
  readonly codeLifeMs?: number
  /** Default 180 days. */
  readonly refreshTokenLifeMs?: number
  /** What a used refresh token does beside being refused. Default `refuse`: nothing. */
  readonly refreshReuse?: 'refuse' | 'revoke_grant'
  /** Unverified on X. Default `dies`: one live pair per user and app. */
  readonly accessTokenAfterRefresh?: 'dies' | 'lives'
  /** Unverified on X. Default `revokes_first`. */
  readonly secondLogin?: 'revokes_first' | 'keeps_first'
  /** Answer to a revocation. Unverified on X. Default `revoked`; `empty` has no body. */
  readonly revokeAnswer?: 'revoked' | 'empty'
  /** X has announced its end without a date. Default `open`. */
  readonly oauth1?: 'open' | 'ended'
  /** What the app may do at all by OAuth 1.0a. Default `read_write`. */
  readonly appPermissions?: 'read' | 'read_write'
  /** What is looked at first. Unverified on X. What is left out comes last, in this order, the default: token, kind, enrolment, scopes, billing, limits, values, account, rules. */
  readonly checkOrder?: readonly XCheck[]

  /** Default `payg`: no quotes, likes and follows, one cashtag, replies only where summoned; so are the older ones, with lower limits. */
  readonly plan?: 'payg' | 'enterprise' | 'pro' | 'basic' | 'free'
  /** Mentions of accounts that have not engaged, on plans other than Enterprise. Restricted by an unknown rule on X. Default `open`. */
  readonly strangerMentions?: 'open' | 'refused'
  /** Reposts on plans other than Enterprise. Unverified on X. Default `open`. */
  readonly reposts?: 'open' | 'refused'
  /** Body of what a plan does not include (likes, follows). Unverified on X. Default `client_forbidden`. */
  readonly planRefusal?: 'client_forbidden' | 'forbidden'
  /** Single rules of the plan the other way, such as `{ quotes: 'open' }`. Default: all as the plan has them. */
  readonly planRules?: XPlanRules
  /** Default true; false answers `client-not-enrolled` everywhere. */
  readonly enrolled?: boolean
  /** Default `funded`. The others refuse every call, `usage_capped` only the reads of posts. */
  readonly billing?: 'funded' | 'credits_depleted' | 'spend_cap_reached' | 'usage_capped'
  /** Bought credits, ever; what was spent is taken off. Default: no end. Raise it for a refill. */
  readonly balanceMicroUsd?: number
  /** Buys credits when the balance falls below the threshold; not twice in five minutes, and not when nothing is left. Default: never. */
  readonly autoRecharge?: { readonly thresholdMicroUsd?: number; readonly amountMicroUsd?: number }
  /** Of a billing cycle. Default: no end. */
  readonly spendCapMicroUsd?: number
  /** Day of the month on which a billing cycle begins: that of the purchase. Default 1. */
  readonly cycleDay?: number
  /** Posts that may be read in a billing cycle, by plan. Default: 3,000,000 for `payg`; the older plans are unverified. */
  readonly postReadsMax?: Readonly<Record<string, number>>
  /** Status of the refusal at the spending limit. Default `status_403`, as reported. */
  readonly spendCapRefusal?: 'status_403' | 'status_402'
  /** `/2/usage/credits`: not documented, seen in clients. Default `absent`. */
  readonly usageCredits?: 'absent' | 'answers'
  /** Instead of the list, by billing key: `{ 'media.upload': 15_000 }`. */
  readonly prices?: Readonly<Record<string, number>>
  /** Account that owns the app, by user name: it reads its own posts at the price of owned reads. Default: none of them. */
  readonly appOwner?: string
  /** What makes a post one "with URL"; `short` is t.co, `post` a link to a post, `handle` a mention like @name.com. Unverified on X. */
  readonly pricedUrls?: readonly ('with_protocol' | 'bare' | 'short' | 'post' | 'quote' | 'handle')[]
  /** Price of a reply to an own post. Unverified on X. Default `normal`. */
  readonly selfReplyBilling?: 'normal' | 'summoned'
  /** Price of an edit. Unverified on X. Default `as_create`. */
  readonly editBilling?: 'as_create' | 'free'
  /** Billing key of a deletion. Unverified on X. Default `interaction.delete`. */
  readonly deleteBilling?: 'interaction.delete' | 'content.manage'
  /** Writes that X refuses for what is in them. Unverified on X. Default `free`. */
  readonly refusedWrites?: 'free' | 'billed'
  /** Reported of the spending limit. Default `open`. */
  readonly billingAtTokenEndpoint?: 'open' | 'refuses'
  /** `{ ada_demo: 'Premium' }`. Default `None` for ada_demo, `Premium` for bea_demo. */
  readonly subscriptions?: Readonly<Record<string, 'None' | 'Basic' | 'Premium' | 'PremiumPlus'>>
  /** Default: `blue` with a subscription, else `none`. */
  readonly verifiedTypes?: Readonly<Record<string, 'blue' | 'business' | 'government' | 'none'>>
  /** Accounts whose posts only they can read, by user name. */
  readonly protectedAccounts?: readonly string[]
  /** Accounts that have subscribers, by user name: they may post for those alone. Default: bea_demo. */
  readonly creators?: readonly string[]
  /** Members of communities: `{ '1500000000000000001': ['ada_demo'] }`. Default: that one, with both accounts. */
  readonly communities?: Readonly<Record<string, readonly string[]>>
  /** Accounts that have not told X their birth date, by user name: marked media of others are not shown to them. */
  readonly withoutBirthDate?: readonly string[]
  /** Accounts that nobody may tag in media, by user name. */
  readonly untaggable?: readonly string[]
  /** Accounts in trouble, by user name: suspended (64), locked (326), taken for automated when they post (226). */
  readonly accountStates?: Readonly<Record<string, 'suspended' | 'locked' | 'automated'>>
  /** Limits other than https://docs.x.com/x-api/fundamentals/rate-limits, by endpoint: `{ 'POST /2/tweets': { user: 2 } }`. */
  readonly rateLimits?: Readonly<Record<string, XRateLimits>>
  /** Headers of the 24-hour windows. Default `absent`, as on the current plan. */
  readonly dayHeaders?: 'absent' | 'present'

  /** Host of problem types. Default `api.twitter.com`, as on the wire. */
  readonly problemHost?: 'api.twitter.com' | 'api.x.com'
  /**
   * Form of what the API refuses. Default `recorded`: each as seen. `single`: one violation in the problem itself, as in the newer schema; `untyped`: a
   * problem without `type`; `coded_list` and `coded`: the number and sentence of the older API; `html` and `empty`: as from a gateway.
   */
  readonly errorBodies?: 'recorded' | 'single' | 'untyped' | 'coded_list' | 'coded' | 'html' | 'empty'
  /** Unknown and wrong-dialect fields and expansions. Default `drop`, in silence. */
  readonly unknownFields?: 'drop' | 'refuse'
  /** How counters grow that no test sets. Default `grows`, with the age of the post. */
  readonly metricsGrowth?: 'grows' | 'none'
  /** Counters that X leaves out: `['url_link_clicks']`. */
  readonly missingCounters?: readonly string[]
  /** How long the author sees private counters. Default 30 days. */
  readonly privateMetricsLifeMs?: number
  /** Vocabulary of the answer to a new post; all seen. Default `legacy`; `empty_version` names no id in it. */
  readonly createAnswer?: 'legacy' | 'current' | 'neither' | 'empty_version'
  /** How far back analytics go; before it they are refused. Unverified on X. Default: without end. */
  readonly analyticsHistoryMs?: number
  /** Where a total stands; both in X's schema. Default `timestamped`. */
  readonly analyticsTotals?: 'timestamped' | 'flat'
  /** Counters of media analytics. Open in X's schema. Default `numbers`. */
  readonly mediaAnalyticsCounters?: 'numbers' | 'text'
  /** `/2/tweets/analytics`; not documented for every plan. Default `open`. */
  readonly analytics?: 'open' | 'refused'
  /** Vocabulary of reads that do not say which they want, as calls for users alone. Recorded before the change. Default `legacy`. */
  readonly undecidedDialect?: 'legacy' | 'current'
  /** A single look-up of a post that is gone. Both seen. Default `partial`: 200 with an error. */
  readonly missingPost?: 'partial' | 'not_found'
  /** Type of the error for posts of a suspended author; both seen for users. Default `resource-not-found`. */
  readonly suspendedError?: 'resource-not-found' | 'forbidden'
  /** How many of its posts a timeline reaches. Default 3200. */
  readonly timelineReachMax?: number
  /** The same with `exclude=replies`. Unverified on X. Default 800. */
  readonly timelineReachWithoutRepliesMax?: number
  /** Timelines of the future, or from a later to an earlier time. Unverified on X. Default `taken`: nothing is in them. */
  readonly oddTimes?: 'taken' | 'refused'
  /** How long a new post is missing in listings. Default 0. */
  readonly timelineLagMs?: number
  /** How long a new post cannot be replied to. Default 0. */
  readonly replyLagMs?: number
  /** What follows the last posts of a timeline. Both seen. Default `ends`. */
  readonly lastPage?: 'ends' | 'empty_page_follows'

  /** Instead of 280 and, with a subscription, 25,000: `{ Premium: 4000 }`. */
  readonly textLengths?: Readonly<Record<string, number>>
  /** How texts over 280 are counted. Unverified on X. Default `weighted`. */
  readonly longTextUnit?: 'weighted' | 'characters'
  /** Polls with texts over 280. Unverified on X. Default `taken`. */
  readonly longPolls?: 'taken' | 'refused'
  /** White space around a text. Unverified on X. Default `trimmed`. */
  readonly outerSpace?: 'trimmed' | 'kept'
  /** What `start` and `end` of entities count. Unverified on X. Default `code_points`. */
  readonly entityOffsets?: 'code_points' | 'utf16'
  /** Of one account, by all clients; lower for new accounts on X. Default 2400. */
  readonly postsPerDayMax?: number
  /** A post that is reposted again. Unverified on X. Default `refused`. */
  readonly repeatedRepost?: 'refused' | 'repeated'
  /** Default 86,400,000. 0 never refuses. */
  readonly duplicateWindowMs?: number
  /** Unverified on X. Default true: a deleted post still counts. */
  readonly duplicateSurvivesDelete?: boolean
  /** Unverified on X. Default false: the text alone decides. */
  readonly duplicateComparesMedia?: boolean
  /** Default 3,600,000; X's own pages say half an hour and an hour. */
  readonly editWindowMs?: number
  /** Default 5. */
  readonly editsMax?: number
  /** Answer to a text that is too long. Unverified on X. Default `not_permitted`. */
  readonly overLength?: 'not_permitted' | 'code_186'
  /** Deleting a post that is gone. Unverified on X. Default `not_found`. */
  readonly deleteMissing?: 'not_found' | 'deleted'

  /** Default 86,400,000. */
  readonly mediaLifeMs?: number
  /** How long finalized media cannot be posted. Default 0. */
  readonly mediaLagMs?: number
  /** Default 8 MiB. */
  readonly segmentSizeBytesMax?: number
  /** Default `status_413`. */
  readonly segmentTooLarge?: 'status_413' | 'status_400'
  /** Default 1000. */
  readonly segmentsMax?: number
  /** Finalizing an upload with a gap, or with other bytes than announced. Default `refused`; else processing ends badly. */
  readonly missingSegment?: 'refused' | 'fails_processing'
  /** An index that is sent again. Unverified on X. Default `replaces`. */
  readonly segmentReuse?: 'replaces' | 'keeps_first' | 'refused'
  /** Segments out of order, as they come from parallel uploads. Unverified on X for videos. Default `any`. */
  readonly segmentOrder?: 'any' | 'in_row'
  /** Instead of https://docs.x.com/x-api/media/quickstart/best-practices, by category: `{ tweet_video: { durationMsMax: 140_000 } }`. */
  readonly mediaLimits?: Readonly<Record<string, XMediaLimits>>
  /** Default `json`; older recordings have an empty 204. */
  readonly appendAnswer?: 'json' | 'empty'
  /** GIF and video; pending, then in progress. Default 1,000 and 2,000. */
  readonly pendingMs?: number
  readonly inProgressMs?: number
  /** What media of a category go through, by category: `{ tweet_video: { failure: { name: 'InternalError' } } }`. */
  readonly processing?: Readonly<Record<string, XProcessingPlan>>
  /** Photos and a video in one post. Unverified on X. Default `refused`. */
  readonly mixedMedia?: 'refused' | 'taken'
  /** STATUS of media without processing. Default `refuse`: "BadRequest: Not found". */
  readonly statusWithoutProcessing?: 'refuse' | 'answer'
  /** The retired `command=INIT|APPEND|FINALIZE`. Default `off`: 400. */
  readonly commandProtocol?: 'off' | 'on'
  /** Both in X's own schemas. Default `list`. */
  readonly subtitlesAnswer?: 'list' | 'object'
  /** Webhooks with a port or without TLS: X takes neither. Default `local_too`, for tests. */
  readonly webhookUrls?: 'local_too' | 'public_only'
  /** Default 1; unverified on X. */
  readonly webhooksMax?: number
  /** How often a webhook is challenged. X's pages differ. Default 3,600,000. */
  readonly challengeEveryMs?: number
  /** Not documented by X. Default 3, a minute apart, doubled each time. */
  readonly deliveryTriesMax?: number
  readonly deliveryRetryMs?: number
  /** Shape of the answer to a new subscription; all three documented. Default `nested`. */
  readonly subscriptionAnswer?: 'nested' | 'flat' | 'list'
  /** Users in events, wrapped in `data` or bare; both seen. Default `wrapped`. */
  readonly eventUsers?: 'wrapped' | 'bare'
  /** Who learns of a revoked grant. Unverified on X how to subscribe. Default `every_webhook`. */
  readonly revokeEvents?: 'every_webhook' | 'subscribers' | 'nobody'
  /** How often each event is sent at first; X says that duplicates happen. Default 1. */
  readonly deliveryCopies?: number
  /** `tampered`: what arrives is not what was signed. Default `genuine`. */
  readonly deliveries?: 'genuine' | 'tampered'
  /** What is around the reason why a webhook is refused. Unverified on X. Default `invalid_request`. */
  readonly webhookRefusal?: 'invalid_request' | 'blank'
  /** Unverified on X. Default `kept`. */
  readonly videoAltText?: 'kept' | 'refused'
  /** A warning on media. Unverified on X. Default `accepted`. */
  readonly sensitiveMark?: 'accepted' | 'refused'
  /** Whether a warning on media makes the post `possibly_sensitive`. Unverified on X. Default true. */
  readonly sensitiveReadsBack?: boolean
}

/** Calls allowed per window; what is left out is not limited. */
export interface XRateLimits {
  /** Per user, 15 minutes. */
  readonly user?: number
  /** Per app and 15 minutes, for app-only tokens. */
  readonly app?: number
  /** Per user, 3 hours; shows in no header. */
  readonly user3h?: number
  readonly userDay?: number
  readonly appDay?: number
}

/** What self-serve plans refuse and Enterprise allows. */
export interface XPlanRules {
  readonly strangerReplies?: 'open' | 'refused'
  readonly quotes?: 'open' | 'refused'
  /** More than one in a post. */
  readonly cashtags?: 'open' | 'refused'
  readonly likes?: 'open' | 'refused'
  readonly follows?: 'open' | 'refused'
}

/** Of a media category; `premium…` for accounts with a subscription. What is left out is that of the table. */
export interface XMediaLimits {
  readonly sizeBytesMax?: number
  readonly durationMsMax?: number
  readonly premiumSizeBytesMax?: number
  readonly premiumDurationMsMax?: number
}

/** What finalized media go through. */
export interface XProcessingPlan {
  readonly pendingMs?: number
  readonly inProgressMs?: number
  /** How it ends. Default: well, if the bytes are. */
  readonly failure?: XProcessingFailure
  /** Seen on X: in progress for ever, with the failure beside it. */
  readonly stallsAtPercent?: number
}

/** Code and message of the known names are those of X. */
export interface XProcessingFailure {
  readonly name: string
  readonly code?: number
  readonly message?: string
}

/** The switches with their defaults. */
export type XSettings = Required<XEmulatorSwitches>
