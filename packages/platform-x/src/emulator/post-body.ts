import type { EmulatorAnswer, EmulatorRequest } from '@ofm-social/core/testing'
import { type BodySchema, checkBody, idSchema, toRecord } from './check-body.ts'
import { answerInvalid } from './problems.ts'
import type { XSettings } from './switches.ts'

const text: BodySchema = { type: 'string' }
const flag: BodySchema = { type: 'boolean' }
const later: BodySchema = { type: 'not_emulated' }

/** https://docs.x.com/x-api/posts/create-post, strict at every level. */
const schema: BodySchema = {
  type: 'object',
  fields: {
    text,
    media: {
      type: 'object',
      required: ['media_ids'],
      fields: {
        media_ids: { type: 'array', items: idSchema, min: 1, max: 4 },
        tagged_user_ids: { type: 'array', items: idSchema, min: 0, max: 10 },
        title: text,
        description: text,
        embeddable: flag,
        preview_media_id: later,
        call_to_actions: later,
      },
    },
    reply: {
      type: 'object',
      required: ['in_reply_to_tweet_id'],
      fields: {
        in_reply_to_tweet_id: idSchema,
        exclude_reply_user_ids: { type: 'array', items: idSchema, min: 0, max: 100 },
        auto_populate_reply_metadata: flag,
      },
    },
    quote_tweet_id: idSchema,
    reply_settings: { type: 'string', values: ['following', 'mentionedUsers', 'subscribers', 'verified'] },
    nullcast: flag,
    made_with_ai: flag,
    paid_partnership: flag,
    poll: later,
    geo: later,
    community_id: later,
    share_with_followers: later,
    for_super_followers_only: later,
    direct_message_deep_link: later,
    card_uri: later,
    edit_options: later,
  },
}

/** A checked body of `POST /2/tweets`. */
export interface PostBody {
  /** Trimmed: unverified on X. */
  readonly text: string
  readonly mediaIds: readonly string[]
  readonly repliedToId: string | null
  readonly excludedUserIds: readonly string[]
  readonly quotedId: string | null
  readonly replySettings: string
  readonly madeWithAi: boolean
  readonly paidPartnership: boolean
  readonly nullcast: boolean
}

export function checkPostBody(request: EmulatorRequest, settings: XSettings): EmulatorAnswer | undefined {
  const violations = checkBody(schema, request.json)
  if (violations.length > 0) return answerInvalid(settings, violations)
  const { text, mediaIds, quotedId } = readPostBody(request)
  if (text === '' && mediaIds.length === 0) {
    const message = 'One of text or media must be provided.'
    return answerInvalid(settings, [{ path: '$.text', value: text, message: `$.text: ${message}` }])
  }
  if (quotedId !== null && mediaIds.length > 0) {
    const message = 'media and quote_tweet_id are mutually exclusive.'
    return answerInvalid(settings, [
      { path: '$.quote_tweet_id', value: quotedId, message: `$.quote_tweet_id: ${message}` },
    ])
  }
  return undefined
}

export function readPostBody(request: EmulatorRequest): PostBody {
  const body = toRecord(request.json)
  const reply = toRecord(body.reply)
  return {
    text: typeof body.text === 'string' ? body.text.trim() : '',
    mediaIds: toStrings(toRecord(body.media).media_ids),
    repliedToId: toOptional(reply.in_reply_to_tweet_id),
    excludedUserIds: toStrings(reply.exclude_reply_user_ids),
    quotedId: toOptional(body.quote_tweet_id),
    replySettings: toOptional(body.reply_settings) ?? 'everyone',
    madeWithAi: body.made_with_ai === true,
    paidPartnership: body.paid_partnership === true,
    nullcast: body.nullcast === true,
  }
}

function toOptional(value: unknown): string | null {
  return value === undefined ? null : String(value)
}

function toStrings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}
