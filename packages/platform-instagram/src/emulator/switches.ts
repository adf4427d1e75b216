/** What nobody has verified on Instagram, what depends on the account, and what a test wants otherwise. All have defaults. */
export interface InstagramEmulatorSwitches {
  /** Whose app and accounts `/_emulator/credentials` shows. Default `both`: the app is then Meta's, with Instagram's beside it. */
  readonly login?: 'both' | 'instagram' | 'facebook'
  /** Callbacks named in the credentials; the login compares a callback with none. Default: those of a local server. */
  readonly redirectUris?: readonly string[]
  /** Scopes of the seeded tokens. Default: all. */
  readonly scopes?: readonly string[]
  /** Permissions that people untick at the login. Default: none. */
  readonly declinedScopes?: readonly string[]
  /** Default 3,600,000. */
  readonly codeLifeMs?: number
  /** Default 3,600,000 and 60 days. */
  readonly shortTokenLifeMs?: number
  readonly longTokenLifeMs?: number
  /** Default 24 hours. */
  readonly refreshAgeMinMs?: number
  /** Code of the refusal to refresh a younger token. Unverified on Instagram. Default 100. */
  readonly youngRefreshCode?: number
  /** Unverified on Instagram. Default `lives`, until it ends by itself. */
  readonly tokenAfterRefresh?: 'lives' | 'dies'
  /** Answer to the code exchange of Instagram Login: documented wrapped, seen flat. Default `flat`. */
  readonly tokenAnswer?: 'flat' | 'wrapped'
  /** `user_id` in that answer. Default `number`, as seen. */
  readonly tokenUserId?: 'number' | 'string'
  /** `permissions` in that answer; all seen. Default `list`. */
  readonly tokenPermissions?: 'list' | 'text' | 'absent'
  /** `DELETE /me/permissions` with Instagram Login. Unverified. Default `works`. */
  readonly instagramRevocation?: 'works' | 'unsupported'
  /** Facebook users all of whose Pages show through their business alone. Default: none. */
  readonly businessOnly?: readonly string[]
  /** Where the removal of the app and requests for deletion are told. Default: nowhere. */
  readonly deauthorizeUrl?: string
  readonly dataDeletionUrl?: string
  /** Which secret signs for Instagram Login. Unverified on Instagram. Default `instagram`. */
  readonly instagramSigningSecret?: 'instagram' | 'meta'
  /** Whether webhooks want `subscribed_apps` too. Default `not_needed`. */
  readonly accountSubscription?: 'not_needed' | 'required'
  /** Where changes stand in a webhook: both documented. Default `changes`. */
  readonly webhookShape?: 'changes' | 'entry'
  /** How long a failed delivery is repeated. Default 36 hours; the first repetition after 1,000, then doubled. */
  readonly deliveryLifeMs?: number
  readonly deliveryRetryMs?: number

  /** How long media process. Default 0 for images, 5,000 for videos and 0 for the carousel itself. */
  readonly imageProcessingMs?: number
  readonly videoProcessingMs?: number
  readonly carouselProcessingMs?: number
  /** Default 24 hours. */
  readonly containerLifeMs?: number
  /** Default 400, in 24 hours. */
  readonly containersMax?: number
  /** 25, 50 and 100 are all documented. Default 50. */
  readonly quotaTotal?: number
  /** How long a container that went live with the error of `publish_500_but_live` still says that it waits. Default 30,000. */
  readonly statusLagMs?: number
  /** What a second `media_publish` of a container answers. Unverified on Instagram. Default `not_found`: 24/2207006. */
  readonly republish?: 'not_found' | 'same_media'
  /** What `media_publish` of an expired container answers; both are documented. Default `media_expired`: -2/2207020, else 24/2207008. */
  readonly expiredContainer?: 'media_expired' | 'not_found'
  /** Documented: JPEG alone; seen: PNG too. Default `strict`. */
  readonly imageFormats?: 'strict' | 'png_too'
  /** Unverified on Instagram: 3:4 pictures. Default `refused`. */
  readonly tallImages?: 'refused' | 'accepted'
  /** `strict` also refuses edit lists, a late index, frame rate, width and bit rate. Default `lenient`. */
  readonly videoChecks?: 'lenient' | 'strict'
  /** Limits of a video in a carousel: in older pages alone. Default `older_pages`. */
  readonly carouselVideos?: 'older_pages' | 'as_reels'
  /** Unverified on Instagram. Default `ignored`. */
  readonly locationOnStories?: 'ignored' | 'refused'
  /** How the short form of `status` reads. Default `sentence`. */
  readonly statusText?: 'sentence' | 'short'
  /** Unverified on Instagram. Default 10,000. */
  readonly fetchTimeoutMs?: number
  /** `strict` asks `robots.txt` before it fetches. Default `ignored`. */
  readonly robots?: 'ignored' | 'strict'
  /** Unverified on Instagram. Default `followed`. */
  readonly redirects?: 'followed' | 'refused'
  /** Accounts that have no trial reels, by user name. Default: none. */
  readonly withoutTrialReels?: readonly string[]
  /** Accounts in trouble, by user name: 25/2207050, 190/459. */
  readonly accountStates?: Readonly<Record<string, 'restricted' | 'checkpointed'>>
  /** How long new media are missing in listings. Default 0. */
  readonly listingLagMs?: number
  /** `@` in captions read back with Facebook Login. Default `kept`. */
  readonly mentionsReadBack?: 'kept' | 'dropped'
  /** Comments: 300 characters, 4 hashtags, 1 URL, from older pages. Default `checked`. */
  readonly commentLimits?: 'checked' | 'none'
  /** `from` of comments. Default `present`. */
  readonly commentAuthors?: 'present' | 'withheld'
  /** Deleting media that are gone. Unverified on Instagram. Default `not_found`: 100/33. */
  readonly deleteMissing?: 'not_found' | 'deleted'
  /** Through July 2026 deletion failed with 2207085 for some. Default `works`. */
  readonly deletion?: 'works' | 'fatal'
  /** How counters grow that no test sets. Default `grows`, with the age of the media. */
  readonly metricsGrowth?: 'grows' | 'none'
  /** How long media have no insights. Up to 48 hours on Instagram. Default 0. */
  readonly insightsDelayMs?: number
  /** Default 1,200. Some account metrics want 100. */
  readonly followersCount?: number
  /** Calls per account and 24 hours before 80002, and of the app per hour before 4. Default 48,000 and 20,000. */
  readonly accountCallsMax?: number
  readonly appCallsMax?: number
}

/** The switches with their defaults. */
export type InstagramSettings = Required<InstagramEmulatorSwitches>
