import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { answerInvalid, type Violation } from './problems.ts'
import type { XSettings } from './switches.ts'

/** What a read asked for, in the vocabulary that it asked in. */
export interface Selection {
  readonly dialect: Dialect
  readonly post: ReadonlySet<string>
  readonly user: ReadonlySet<string>
  readonly media: ReadonlySet<string>
  readonly poll: ReadonlySet<string>
  readonly expansions: ReadonlySet<string>
}

export type Dialect = 'legacy' | 'current'

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '')

const commonPostFields = words(`
  article attachments card_uri community_id context_annotations conversation_id created_at display_text_range edit_controls entities geo id lang
  matched_media_notes media_metadata non_public_metrics note_request_suggestions organic_metrics paid_partnership possibly_sensitive
  promoted_metrics public_metrics reply_settings scopes source suggested_source_links suggested_source_links_with_counts text withheld`)
const commonExpansions = words(`
  article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet attachments.poll_ids author_id
  entities.mentions.username geo.place_id in_reply_to_user_id`)
const userFields = words(`
  affiliation confirmed_email connection_status created_at description entities id is_identity_verified location most_recent_tweet_id name parody
  pinned_tweet_id profile_banner_url profile_image_url protected public_metrics receives_your_dm subscribes_to_you subscription
  subscription_type url username verified verified_followers_count verified_type withheld`)
const mediaFields = words(`
  alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url promoted_metrics public_metrics type url variants
  width`)

const pollFields = words('duration_minutes end_datetime id options voting_status')

/** Both vocabularies since the OpenAPI file 2.167: https://docs.x.com/x-api/fundamentals/fields and `/expansions`. */
const dialects = {
  legacy: {
    selector: 'tweet.fields',
    fields: [
      ...commonPostFields,
      ...words('author_id edit_history_tweet_ids in_reply_to_user_id note_tweet referenced_tweets'),
    ],
    expansions: [
      ...commonExpansions,
      ...words(`edit_history_tweet_ids entities.note.mentions.username referenced_tweets.id
        referenced_tweets.id.attachments.media_keys referenced_tweets.id.author_id pinned_tweet_id most_recent_tweet_id affiliation.user_id`),
    ],
  },
  current: {
    selector: 'post.fields',
    fields: [...commonPostFields, ...words('article_title note_post')],
    expansions: [
      ...commonExpansions,
      ...words('edit_history_post_ids referenced_posts username pinned_post_id most_recent_post_id affiliation'),
    ],
  },
} as const satisfies Record<Dialect, unknown>

const onlyCurrent = ['edit_history_post_ids', 'referenced_posts', 'username', 'pinned_post_id', 'most_recent_post_id']

/**
 * Reads fields and expansions. What is unknown, or of the other dialect, is dropped in silence, as X does; or refused, by switch.
 *
 * The dialect is that of the field selector; without one, of the expansions; without a sign, by switch.
 */
export function readSelection(
  query: URLSearchParams,
  settings: XSettings,
): { readonly selection: Selection } | { readonly refused: EmulatorAnswer } {
  const expansions = list(query, 'expansions')
  const dialect = findDialect(query, expansions) ?? settings.undecidedDialect
  const { selector, fields, expansions: knownExpansions } = dialects[dialect]
  const other = dialect === 'legacy' ? 'post.fields' : 'tweet.fields'
  const asked = [
    { name: selector, values: list(query, selector), known: fields as readonly string[] },
    { name: other, values: list(query, other), known: [] },
    { name: 'user.fields', values: list(query, 'user.fields'), known: userFields },
    { name: 'media.fields', values: list(query, 'media.fields'), known: mediaFields },
    { name: 'poll.fields', values: list(query, 'poll.fields'), known: pollFields },
    { name: 'expansions', values: expansions, known: knownExpansions as readonly string[] },
  ]
  const violations = asked.flatMap(({ name, values, known }) => findUnknown(name, values, known))
  if (settings.unknownFields === 'refuse' && violations.length > 0) {
    return { refused: answerInvalid(settings, violations) }
  }
  const keep = (name: string) => {
    const entry = asked.find((candidate) => candidate.name === name)
    return new Set(entry?.values.filter((value) => entry.known.includes(value)))
  }
  return {
    selection: {
      dialect,
      post: keep(selector),
      user: keep('user.fields'),
      media: keep('media.fields'),
      poll: keep('poll.fields'),
      expansions: keep('expansions'),
    },
  }
}

function findDialect(query: URLSearchParams, expansions: readonly string[]): Dialect | undefined {
  if (query.has('tweet.fields')) return 'legacy'
  if (query.has('post.fields')) return 'current'
  return expansions.some((expansion) => onlyCurrent.includes(expansion)) ? 'current' : undefined
}

function findUnknown(name: string, values: readonly string[], known: readonly string[]): readonly Violation[] {
  return values
    .filter((value) => !known.includes(value))
    .map((value) => ({ path: name, value, message: `The \`${name}\` query parameter value [${value}] is not valid` }))
}

function list(query: URLSearchParams, name: string): readonly string[] {
  return (query.get(name) ?? '').split(',').filter((value) => value !== '')
}
