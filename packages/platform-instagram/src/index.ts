export type { InstagramCheckpoint, InstagramUploads } from './container-checkpoint.ts'
export {
  createInstagramAdapter,
  type InstagramAdapter,
  type InstagramFacebookAdapter,
} from './instagram-adapter.ts'
export {
  type InstagramCommentEvent,
  type InstagramEvent,
  type InstagramMentionEvent,
  type InstagramMessagingEvent,
  type InstagramStoryInsightsEvent,
  parseInstagramEvent,
} from './instagram-event.ts'
export type { InstagramLimits } from './limits.ts'
export type { InstagramAdapterOptions, InstagramHost, InstagramLogin } from './options.ts'
export type { InstagramFacebookSettings, InstagramSettings } from './settings.ts'
