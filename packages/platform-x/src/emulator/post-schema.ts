import { type BodySchema, idSchema } from './check-body.ts'

const text: BodySchema = { type: 'string' }
const flag: BodySchema = { type: 'boolean' }
const replySettings: BodySchema = {
  type: 'string',
  values: ['following', 'mentionedUsers', 'subscribers', 'verified'],
}
const httpsUrl: BodySchema = { type: 'string', pattern: /^https:\/\// }
const media: BodySchema = {
  type: 'object',
  required: ['media_ids'],
  fields: {
    media_ids: { type: 'array', items: idSchema, min: 1, max: 4 },
    tagged_user_ids: { type: 'array', items: idSchema, min: 0, max: 10 },
    title: text,
    description: text,
    embeddable: flag,
    preview_media_id: idSchema,
    call_to_actions: {
      type: 'object',
      fields: {
        visit_site: { type: 'object', required: ['url'], fields: { url: httpsUrl } },
        watch_now: { type: 'object', required: ['url'], fields: { url: httpsUrl } },
        app_install: {
          type: 'object',
          fields: { app_store_id: text, ipad_app_store_id: text, play_store_id: text },
        },
      },
    },
  },
}

/** https://docs.x.com/x-api/posts/create-post, strict at every level. */
export const postSchema: BodySchema = {
  type: 'object',
  fields: {
    text,
    media,
    reply: {
      type: 'object',
      required: ['in_reply_to_tweet_id'],
      fields: {
        in_reply_to_tweet_id: idSchema,
        exclude_reply_user_ids: { type: 'array', items: idSchema, min: 0, max: 100 },
        auto_populate_reply_metadata: flag,
      },
    },
    poll: {
      type: 'object',
      required: ['options', 'duration_minutes'],
      fields: {
        options: { type: 'array', items: { type: 'string', lengthMin: 1, lengthMax: 25 }, min: 2, max: 4 },
        duration_minutes: { type: 'integer', min: 5, max: 10_080 },
        reply_settings: replySettings,
      },
    },
    quote_tweet_id: idSchema,
    reply_settings: replySettings,
    nullcast: flag,
    made_with_ai: flag,
    paid_partnership: flag,
    geo: { type: 'object', required: ['place_id'], fields: { place_id: text } },
    community_id: idSchema,
    share_with_followers: flag,
    for_super_followers_only: flag,
    direct_message_deep_link: {
      type: 'string',
      pattern: /^https:\/\/(x|twitter)\.com\/messages\/compose\?recipient_id=[0-9]{1,19}(&.*)?$/,
    },
    card_uri: text,
    edit_options: {
      type: 'object',
      required: ['previous_post_id'],
      fields: { previous_post_id: idSchema },
    },
  },
}
