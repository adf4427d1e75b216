import type { EmulatorAnswer, EmulatorRequest } from '@ofm-social/core/testing'
import { checkBody, toRecord } from './check-body.ts'
import { postSchema } from './post-schema.ts'
import { answerInvalid } from './problems.ts'
import type { XSettings } from './switches.ts'

/** A checked body of `POST /2/tweets`. */
export interface PostBody {
  /** Trimmed, unless the switch says otherwise. */
  readonly text: string
  readonly mediaIds: readonly string[]
  readonly taggedUserIds: readonly string[]
  readonly previewMediaId: string | null
  readonly repliedToId: string | null
  readonly excludedUserIds: readonly string[]
  readonly quotedId: string | null
  readonly poll: { readonly options: readonly string[]; readonly durationMinutes: number } | null
  readonly editedId: string | null
  readonly communityId: string | null
  readonly placeId: string | null
  readonly cardUri: string | null
  readonly replySettings: string
  readonly isForSubscribers: boolean
  readonly madeWithAi: boolean
  readonly paidPartnership: boolean
  readonly nullcast: boolean
}

/** Pairs that exclude each other, by the description of the request in https://docs.x.com/x-api/posts/create-post. */
const exclusive = [
  ['media', 'poll'],
  ['media', 'quote_tweet_id'],
  ['media', 'card_uri'],
  ['poll', 'quote_tweet_id'],
  ['poll', 'card_uri'],
  ['quote_tweet_id', 'card_uri'],
  ['card_uri', 'direct_message_deep_link'],
] as const

export function checkPostBody(request: EmulatorRequest, settings: XSettings): EmulatorAnswer | undefined {
  const violations = checkBody(postSchema, request.json)
  if (violations.length > 0) return answerInvalid(settings, violations)
  const body = toRecord(request.json)
  const refuse = (name: string, message: string) =>
    answerInvalid(settings, [{ path: `$.${name}`, value: body[name], message: `$.${name}: ${message}` }])
  const { text } = readPostBody(request, settings)
  if (text.trim() === '' && body.media === undefined && body.card_uri === undefined) {
    return refuse('text', 'One of text or media must be provided.')
  }
  const both = exclusive.find((names) => names.every((name) => body[name] !== undefined))
  if (both) return refuse(both[1], `${both[0]} and ${both[1]} are mutually exclusive.`)
  const actions = toRecord(toRecord(body.media).call_to_actions)
  if (toRecord(body.media).call_to_actions !== undefined && Object.keys(actions).length !== 1) {
    return refuse('media', 'call_to_actions must have exactly one of visit_site, watch_now, app_install.')
  }
  return undefined
}

export function readPostBody(request: EmulatorRequest, { outerSpace }: XSettings): PostBody {
  const body = toRecord(request.json)
  const media = toRecord(body.media)
  const reply = toRecord(body.reply)
  const poll = toRecord(body.poll)
  const text = typeof body.text === 'string' ? body.text : ''
  return {
    text: outerSpace === 'trimmed' ? text.trim() : text,
    mediaIds: toStrings(media.media_ids),
    taggedUserIds: toStrings(media.tagged_user_ids),
    previewMediaId: toOptional(media.preview_media_id),
    repliedToId: toOptional(reply.in_reply_to_tweet_id),
    excludedUserIds: toStrings(reply.exclude_reply_user_ids),
    quotedId: toOptional(body.quote_tweet_id),
    poll:
      body.poll === undefined
        ? null
        : { options: toStrings(poll.options), durationMinutes: Number(poll.duration_minutes) },
    editedId: toOptional(toRecord(body.edit_options).previous_post_id),
    communityId: toOptional(body.community_id),
    placeId: toOptional(toRecord(body.geo).place_id),
    cardUri: toOptional(body.card_uri),
    replySettings: toOptional(body.reply_settings) ?? 'everyone',
    isForSubscribers: body.for_super_followers_only === true,
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
