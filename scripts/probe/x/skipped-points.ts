import type { SkippedPoint } from '../probe-definition.ts'

const secondAccount = 'Needs a second account.'
const premium = 'Needs an account with Premium.'
const webhook = 'Needs an address that X can call.'
const login = 'Needs a login in the browser, and would end the grant that is in use.'
const noProbe = 'There is no probe for it yet.'

/** What is unknown about X and not asked. */
export const skippedPoints: readonly SkippedPoint[] = [
  { question: 'Which mentions of strangers are refused, and how?', reason: secondAccount },
  { question: 'Do reposts stay open without Enterprise?', reason: secondAccount },
  { question: 'Is a post editable for half an hour or an hour?', reason: premium },
  { question: 'How are characters above 280 counted?', reason: premium },
  {
    question: 'How many webhooks, deliveries and challenges are there, and can revoked grants be subscribed to?',
    reason: webhook,
  },
  { question: 'Does a second login end the first grant?', reason: login },
  { question: 'What do revoking a token and using a refresh token twice answer?', reason: login },
  { question: 'How long does a refresh token live?', reason: 'Needs a wait of months.' },
  { question: 'How long is a duplicate remembered?', reason: 'Needs a wait of a day.' },
  { question: 'What does the spending limit answer?', reason: 'Needs an app whose limit is reached.' },
  { question: 'What is billed, and at which price?', reason: "Only X's console shows what was charged." },
  { question: 'In which order are token, billing, limits and values checked?', reason: noProbe },
  { question: 'Do media distinguish duplicates?', reason: noProbe },
  { question: 'Is alt text kept on video, and may photo and video be mixed?', reason: noProbe },
  { question: 'What does a segment number that is used twice do?', reason: noProbe },
  { question: 'Does a warning on media make the post possibly sensitive?', reason: noProbe },
  { question: 'Is /2/tweets/analytics open to the plan?', reason: noProbe },
]
