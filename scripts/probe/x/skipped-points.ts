import type { SkippedPoint } from '../probe-definition.ts'

const webhook = 'Needs an address that X can call for days.'
const months = 'Needs a wait of months.'
const announced = 'Only X can announce it.'
const page = 'Is about a page of X, not about the API: look at it with a browser.'
const console = "Only X's console shows it."

/** What is unknown about X and cannot be asked by requests. */
export const skippedPoints: readonly SkippedPoint[] = [
  { question: 'How often is a webhook challenged, and how often is a delivery tried again?', reason: webhook },
  { question: 'How many webhooks may an app have?', reason: 'Needs several addresses that answer challenges.' },
  { question: 'Are events about deleted posts and likes billed?', reason: `${webhook} ${console}` },
  { question: 'How long does a refresh token live?', reason: months },
  { question: 'When does OAuth 1.0a end?', reason: announced },
  { question: 'What does the login page send back when somebody refuses?', reason: page },
  { question: 'Is the label of adult media visible, and does X recommend such posts?', reason: page },
  { question: 'Do addresses of posts without a name work where posts are embedded?', reason: page },
  {
    question: 'How far back does a timeline without replies reach?',
    reason: 'Needs an account with more than 800 posts, and $4 of reads.',
  },
  {
    question: 'How many posts a day may an account make, new and with Premium?',
    reason: 'Needs 2,400 posts in a day, which is spam.',
  },
  {
    question: 'What do the older plans cost, and how much may they read?',
    reason: 'Needs a subscription that X no longer sells.',
  },
  { question: 'Which error name has a fault of X while it processes media?', reason: 'Needs X to fail.' },
  {
    question: 'Which checks come before the state of the account?',
    reason: 'Needs an account that is locked or suspended.',
  },
  { question: 'When is an app too large for pay-per-use?', reason: 'Is a question of contracts: ask X.' },
]
