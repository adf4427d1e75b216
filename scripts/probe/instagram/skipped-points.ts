import type { SkippedPoint } from '../probe-definition.ts'

/** What is unknown about Instagram and not asked. */
export const skippedPoints: readonly SkippedPoint[] = [
  { question: 'Which HTTP status has each error code?', reason: 'Most cannot be provoked; the codes decide.' },
  { question: 'What do 2207055, 2207076, 2207077 and 2207085 mean?', reason: 'They cannot be provoked.' },
  {
    question: 'Which secret signs callbacks of Instagram Login?',
    reason: 'Needs an address that Meta can call; both are tried.',
  },
  {
    question: 'By which name does Instagram fetch files?',
    reason: "Your server's log shows it after a probe with a URL of yours.",
  },
  { question: 'How long may a fetch take?', reason: 'Needs a server that answers slowly.' },
  { question: 'Are partnership parameters taken on stories?', reason: 'Needs a partner account.' },
  { question: 'How many product tags may a reel have?', reason: 'Needs a shop.' },
  { question: 'What is the default of share_to_feed?', reason: 'It is always said.' },
  { question: 'In which unit is the watch time of reels?', reason: 'Needs a reel that people have watched.' },
  { question: 'Does each frame of a story count against the limit?', reason: 'The limit is read before each post.' },
  {
    question: 'Does v26.0 change anything for Instagram?',
    reason: 'Nothing is documented; `version` of the adapter decides.',
  },
]
