export type { Account, AccountCandidate, Accounts, CompletedLogin, TokenInput } from './accounts/accounts.ts'
export type { Agency, AgencySettings } from './agencies/agencies.ts'
export type { Asset, Assets } from './assets/assets.ts'
export { createSocial } from './create-social.ts'
export type { Creator, Creators, Page } from './creators/creators.ts'
export type { EngineAnswer, SocialEngine } from './engine/engine.ts'
export type { Handover, HandoverStore } from './engine/handover-store.ts'
export type {
  AccountSocialEvent,
  BudgetAlert,
  BudgetSocialEvent,
  EventOf,
  PublicationSocialEvent,
  SocialEvent,
} from './events/social-event.ts'
export type { AccountMetricSample, MetricSample, Metrics, PartReading } from './metrics/metrics.ts'
export type {
  AssetFileKey,
  AssetFiles,
  AssetFilesErrorCode,
  AssetOwner,
  OpenedFile,
  PutFileOptions,
  StoredFile,
} from './model/asset-files.ts'
export { AssetFilesError, isAssetFilesError } from './model/asset-files.ts'
export type { Hold, HoldReason } from './model/hold.ts'
export type {
  AccountId,
  AgencyId,
  AssetId,
  AttemptId,
  CreatorId,
  EventId,
  Id,
  IdKind,
  PartId,
  PostId,
  PublicationId,
} from './model/ids.ts'
export { isId } from './model/ids.ts'
export type {
  AudioInfo,
  AudioTrack,
  ImageAnimation,
  ImageInfo,
  MediaContainer,
  MediaInfo,
  Mp4Layout,
  UnknownMedia,
  UnreadableCode,
  UnreadableReason,
  VideoCodec,
  VideoInfo,
} from './model/media-info.ts'
export type { AttemptVerdict, PartState, PublicationState } from './model/publication.ts'
export { isFinal, PUBLICATION_STATES } from './model/publication.ts'
export type { Pause, PauseScope } from './pauses/pauses.ts'
export type { AppCredentials, ByteRange, CallContext, OpenedAsset } from './platform/call-context.ts'
export type {
  Evidence,
  Preparation,
  ProcessingOutcome,
  Progress,
  PublishOutcome,
  Reason,
  UnknownAttempt,
} from './platform/outcome.ts'
export type {
  LivePart,
  PartAsset,
  PartKind,
  PartParent,
  PartRequest,
  PreparedPart,
  Rating,
} from './platform/part-request.ts'
export type { AccountProfile, DestinationFacts, DestinationRef, PlatformAdapter } from './platform/platform-adapter.ts'
export type { HoldScope, PlatformErrorCode, PlatformErrorDetails } from './platform/platform-error.ts'
export { isPlatformError, PlatformError } from './platform/platform-error.ts'
export type { PlatformLimits } from './platform/platform-limits.ts'
export type { MeterPrice, MeterUse, PlatformMeters } from './platform/platform-meters.ts'
export type { Counters, PartMetrics, PublishedPart } from './platform/platform-metrics.ts'
export type { OAuthContext, PlatformOAuth, RefreshResult, TokenSet } from './platform/platform-oauth.ts'
export type {
  ParsedWebhook,
  WebhookAnswer,
  WebhookEvent,
  WebhookRequest,
} from './platform/platform-webhook.ts'
export type { PostProblem } from './platform/post-problem.ts'
export type { PublishLimit } from './platform/publish-limit.ts'
export type { RateOperation, RateWindow } from './platform/rate-window.ts'
export type { RepetitionLimits } from './platform/repetition-limits.ts'
export { Secret } from './platform/secret.ts'
export type { StandardIssue, StandardResult, StandardSchema } from './platform/standard-schema.ts'
export type {
  AssetInput,
  CancelResult,
  CheckedPost,
  CreatedPost,
  CreatePostInput,
  DestinationInput,
  DestinationProblem,
  DestinationWarning,
  EditedPost,
  PartInput,
  Post,
  PostInput,
  Posts,
} from './posts/posts.ts'
export type {
  BulkResult,
  HistoryEntry,
  Publication,
  PublicationAttempt,
  PublicationFilter,
  PublicationPart,
  Publications,
} from './publications/publications.ts'
export type { KeyStore, WrappedKey } from './secrets/key-store.ts'
export type { Secrets } from './secrets/secrets.ts'
export type {
  AgencySocial,
  AppInput,
  KeyRingInput,
  Social,
  SocialOptions,
  SocialStore,
  TransactionClient,
} from './social.ts'
export type { InputProblem, SocialErrorCode } from './social-error.ts'
export { isSocialError, SocialError } from './social-error.ts'
export type { PlatformQuote, PostQuote } from './spending/post-quote.ts'
export type {
  BudgetOf,
  Spender,
  Spending,
  SpendingAlert,
  SpendingMoney,
  SpendingRequest,
  SpendingReservation,
} from './spending/spending.ts'
export type { Webhooks } from './webhooks/webhooks.ts'
