/** What X's documentation leaves open, or says in two ways. */
type OpenPoint = SettledPoint | UnsettledPoint

interface SettledPoint {
  readonly point: string
  /** Names of the probes that settle it. */
  readonly probes: readonly string[]
  /** Switches of the emulator that no probe names as its own. */
  readonly switches?: readonly string[]
}

/** A point that no request can settle. */
interface UnsettledPoint {
  readonly question: string
  readonly reason: string
  /** Switches of the emulator that stand for it. */
  readonly switches?: readonly string[]
}

/** The page of X's documentation where one would look for the answer. */
interface OpenSection {
  readonly source: string
  readonly points: readonly OpenPoint[]
}

const webhook = 'Needs an address that X can call for days.'
const months = 'Needs a wait of months.'
const announced = 'Only X can announce it.'
const page = 'Is about a page of X, not about the API: look at it with a browser.'
const console = "Only X's console shows it."

/** All of them, page by page. */
export const openSections: readonly OpenSection[] = [
  {
    source: 'https://docs.x.com/x-api/fundamentals/consistency',
    points: [
      {
        point: 'the vocabulary of accounts when a request names none, since X changed it',
        probes: ['dialect-of-accounts'],
      },
      { point: 'the vocabulary of the answer to a new post', probes: ['create-answer'] },
    ],
  },
  {
    source: 'https://docs.x.com/changelog',
    points: [
      { point: 'the body of the refusal of likes and follows', probes: ['like'] },
      { point: 'the body of the refusal of quotes', probes: ['quote'] },
      { point: 'which mentions are refused, and with what body', probes: ['mention-of-stranger'] },
      { point: 'whether plain reposts stay open', probes: ['repost'] },
    ],
  },
  {
    source: 'https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token',
    points: [
      { question: 'What does the login page send back when somebody refuses?', reason: page },
      { point: 'whether a second login of the same user and app ends the first', probes: ['second-login'] },
      {
        point: 'what a used refresh token does, and whether the access token before a refresh lives on',
        probes: ['refresh-token-twice', 'access-token-after-refresh'],
      },
      { point: 'the body of the answer to revoking', probes: ['answer-to-revoking'] },
      { question: 'How long does a refresh token live?', reason: months, switches: ['refreshTokenLifeMs'] },
    ],
  },
  {
    source: 'https://docs.x.com/fundamentals/authentication/oauth-2-0/oauth-1-0a-token-exchange',
    points: [{ question: 'When does OAuth 1.0a end?', reason: announced, switches: ['oauth1'] }],
  },
  {
    source: 'https://docs.x.com/x-api/fundamentals/data-dictionary',
    points: [
      { question: 'Do addresses of posts without a name work where posts are embedded?', reason: page },
      { point: 'whether places in a text count code points', probes: ['entity-offsets'] },
    ],
  },
  {
    source: 'https://docs.x.com/fundamentals/counting-characters',
    points: [
      { point: 'whether white space around a text is kept', probes: ['whitespace'] },
      { point: 'the unit in which texts of more than 280 are counted', probes: ['counting-of-long-texts'] },
      { point: 'the status and words of the refusal of a text that is too long', probes: ['over-length'] },
    ],
  },
  {
    source: 'https://docs.x.com/x-api/posts/create-post',
    points: [
      { point: 'a photo and a video in one post', probes: ['mixed-media'] },
      { point: 'polls beside long texts', probes: ['poll-with-long-text'] },
    ],
  },
  {
    source: 'https://docs.x.com/x-api/posts/manage-tweets/introduction',
    points: [
      { point: 'for how long the same text is refused', probes: ['duplicate', 'duplicate-window'] },
      { point: 'whether a deleted post still counts as a duplicate', probes: ['duplicate-after-delete'] },
      { point: 'the same text beside other media', probes: ['duplicate-other-media'] },
      { point: 'for how long a new post cannot be answered', probes: ['reply-lag'] },
      { point: 'the keys of the refusal to answer a stranger', probes: ['reply-to-stranger'] },
      { point: 'deleting what is gone, or never was', probes: ['delete-twice', 'delete-unknown'] },
      { point: 'a repost that is repeated', probes: ['repost-twice'] },
    ],
  },
  {
    source: 'https://docs.x.com/x-api/fundamentals/edit-posts',
    points: [{ point: 'whether posts can be edited for 30 minutes or an hour', probes: ['edit-window'] }],
  },
  {
    source: 'https://docs.x.com/x-api/media/quickstart/media-upload-chunked',
    points: [
      { point: 'whether a segment that is sent again replaces the first', probes: ['segment-reuse'] },
      { point: 'segments of a video in parallel', probes: ['segments-at-once', 'segment-order'] },
      { point: 'a segment above the largest size', probes: ['segment-too-large'] },
      { point: 'finalizing an upload that is not whole', probes: ['missing-segment'] },
      { point: 'whether the answer to a segment has a body', probes: ['answer-to-segment'] },
      { point: 'the status of what is not processed', probes: ['status-of-picture'] },
      { point: 'for how long a finished upload cannot be posted', probes: ['media-lag'] },
      { question: 'Which error name has a fault of X while it processes media?', reason: 'Needs X to fail.' },
    ],
  },
  {
    source: 'https://docs.x.com/x-api/media/introduction',
    points: [
      { point: 'alt text of a video', probes: ['alt-text-of-video'] },
      {
        point: 'whether the warning about adult media is taken and read back',
        probes: ['sensitive-media'],
        switches: ['sensitiveMark'],
      },
      { point: 'whether the answer to new subtitles is a list', probes: ['answer-to-subtitles'] },
    ],
  },
  {
    source: 'https://help.x.com/en/rules-and-policies/adult-content',
    points: [{ question: 'Is the label of adult media visible, and does X recommend such posts?', reason: page }],
  },
  {
    source: 'https://docs.x.com/x-api/posts/timelines/introduction',
    points: [
      { point: 'when a new post is in the timeline of its author', probes: ['timeline-lag'] },
      {
        question: 'How far back does a timeline without replies reach?',
        reason: 'Needs an account with more than 800 posts, and $4 of reads.',
        switches: ['timelineReachWithoutRepliesMax'],
      },
      {
        point: 'times in the future, and beginnings after the end',
        probes: ['timeline-of-the-future', 'timeline-backwards'],
      },
    ],
  },
  {
    source: 'https://docs.x.com/x-api/fundamentals/pagination',
    points: [{ point: 'whether an empty page follows the last full one', probes: ['last-page'] }],
  },
  {
    source: 'https://docs.x.com/x-api/fundamentals/metrics',
    points: [
      { point: 'a counter of clicks on a post without a link', probes: ['clicks-without-link'] },
      { point: 'impressions of posts from before December 2022', probes: ['impressions-of-old-posts'] },
    ],
  },
  {
    source: 'https://docs.x.com/x-api/posts/analytics',
    points: [
      { point: 'whether the plan has analytics, and how far back', probes: ['analytics', 'analytics-of-old-posts'] },
      { point: 'where a total stands', probes: ['analytics-totals'] },
      { point: 'the kind of the counters of media', probes: ['analytics-of-media'] },
    ],
  },
  {
    source: 'https://docs.x.com/x-api/usage/introduction',
    points: [{ point: '/2/usage/credits, which is not documented', probes: ['usage-of-credits'] }],
  },
  {
    source: 'https://docs.x.com/x-api/fundamentals/post-cap',
    points: [
      { point: 'how many posts the plan may read in a cycle', probes: ['cap-of-reads'] },
      {
        question: 'What do the older plans cost, and how much may they read?',
        reason: 'Needs a subscription that X no longer sells.',
      },
    ],
  },
  {
    source: 'https://docs.x.com/x-api/fundamentals/rate-limits',
    points: [
      { point: 'whether answers name what is left of 24 hours', probes: ['headers-of-day-limits'] },
      {
        question: 'How many posts a day may an account make, new and with Premium?',
        reason: 'Needs 2,400 posts in a day, which is spam.',
        switches: ['postsPerDayMax'],
      },
    ],
  },
  {
    source: 'https://docs.x.com/x-api/getting-started/pricing',
    points: [
      { point: 'the price of deleting, and its key', probes: ['price-of-deleting'] },
      {
        point: 'the price of uploads',
        probes: ['price-of-uploading-a-picture', 'price-of-uploading-a-video'],
      },
      {
        point: 'what makes a post one with a link',
        probes: [
          'price-of-bare-domain',
          'price-of-short-link',
          'price-of-mention-with-dot',
          'price-of-link-to-post',
          'price-of-link-to-media',
        ],
      },
      { point: 'the price of answers to own posts', probes: ['price-of-self-reply'] },
      { point: 'the price of edits', probes: ['price-of-edit'] },
      { point: 'the price of refused writes', probes: ['price-of-refusal'] },
      { point: 'the price of analytics', probes: ['price-of-analytics', 'price-of-media-analytics'] },
      {
        point: 'the price of media and polls that are read with a post',
        probes: ['price-of-included-objects', 'price-of-included-media'],
      },
      { point: 'the body of the refusal at the spending limit', probes: ['spending-limit'] },
      { point: 'whether the spending limit reaches the token endpoint', probes: ['spending-limit-of-tokens'] },
      { question: 'Are events about deleted posts and likes billed?', reason: `${webhook} ${console}` },
    ],
  },
  {
    source: 'https://docs.x.com/x-api/fundamentals/response-codes-and-errors',
    points: [
      { point: 'the read of one post that is gone', probes: ['missing-post'] },
      { point: 'the error for a post whose author is suspended', probes: ['post-of-suspended-author'] },
      { point: 'the host of the types of problems', probes: ['host-of-problems'] },
      { point: 'the form of a refusal', probes: ['form-of-refusals'] },
      {
        point: 'the order in which a call is looked at',
        probes: [
          'order-of-token',
          'order-of-enrolment',
          'order-of-scopes',
          'order-of-money',
          'order-of-limits',
          'order-of-rules',
          'order-of-account-state',
          'order-of-scopes-and-money',
          'order-of-money-and-limits',
        ],
      },
    ],
  },
  {
    source: 'https://docs.x.com/x-api/webhooks/introduction',
    points: [
      { point: 'what is around the reason of a refusal', probes: ['webhook-refusal'] },
      {
        question: 'How many webhooks may an app have?',
        reason: 'Needs several addresses that answer challenges.',
        switches: ['webhooksMax'],
      },
      {
        question: 'How often is a webhook challenged, and how often is a delivery tried again?',
        reason: webhook,
        switches: ['challengeEveryMs', 'deliveryTriesMax', 'deliveryRetryMs'],
      },
    ],
  },
  {
    source: 'https://docs.x.com/x-api/activity/introduction',
    points: [
      { point: 'the shape of the answer to a new subscription', probes: ['subscription-answer'] },
      { point: 'how to subscribe to revoked logins', probes: ['subscription-to-revoked-logins'] },
      { question: 'Are users in events wrapped?', reason: webhook, switches: ['eventUsers'] },
    ],
  },
  {
    source: 'https://docs.x.com/developer-terms/policy',
    points: [{ question: 'When is an app too large for pay-per-use?', reason: 'Is a question of contracts: ask X.' }],
  },
]

export const openPoints: readonly OpenPoint[] = openSections.flatMap(({ points }) => points)
