import * as z from 'zod'
import { moment, pageQuery } from './page.ts'

const amountSentence = 'must be an exact amount such as 500 USD, with at most nine decimals'

/** Exact: a decimal text and a currency. */
export const money = z
  .string()
  .regex(/^-?\d{1,10}(\.\d{1,9})? [A-Z]{3}$/, amountSentence)
  .meta({ id: 'Money', description: 'An exact amount, `0.05 USD`: at most nine decimals.' })

const unitsMax = 9_223_372_036

/** What is asked for: not below zero, and no more than the ledger can keep. */
export const positiveMoney = z
  .string()
  .regex(/^\d{1,10}(\.\d{1,9})? [A-Z]{3}$/, amountSentence)
  .refine((text) => !(Number.parseFloat(text) > unitsMax), `the largest amount is ${unitsMax}`)
  .meta({ description: `An exact amount, \`500 USD\`: at most nine decimals, and at most ${unitsMax}.` })

// Found here together with all else that is wrong with a request, in its path, too.
const name = String.raw`(?!\s)[^\u0000-\u001f\u007f\p{Surrogate}/]{1,200}(?<!\s)`

export const budgetName = z
  .string()
  .regex(
    new RegExp(`^${name}(/${name}){0,7}$`, 'u'),
    'must be one to eight names with slashes between them, such as agency/ada, of at most 200 characters each',
  )
  .meta({ description: 'Names with slashes between them, `agency/ada`; in a URL each slash is `%2F`.' })

/** How far to read a list of the ledger's: its pages begin with numbers. */
export const ledgerPageQuery = pageQuery.extend({
  after: z
    .string()
    .regex(/^\d{1,18}$/, 'must be the next of a page')
    .optional()
    .meta({ description: '`next` of the page before.' }),
})

const every = z.enum(['day', 'week', 'month', 'quarter', 'year'])

const budgetPeriod = z
  .union([
    every,
    z.literal('once'),
    z.strictObject({ every, anchorDay: z.int().min(1).max(31) }),
    z.strictObject({ everySeconds: z.int().min(1), from: moment }),
    z.strictObject({ from: moment, to: moment }),
    z
      .strictObject({ rollingHours: z.int().min(1).max(8_784) })
      .meta({ description: 'The last so many hours, at any moment.' }),
  ])
  .meta({ id: 'BudgetPeriod', description: 'How long one limit holds. A period begins by itself; nothing is reset.' })

const alertRule = z.union([
  z.number().meta({ description: 'A share of the limit that was spent, `0.8`.' }),
  z.strictObject({ of: z.enum(['settled', 'committed']), at: z.union([z.number(), positiveMoney]) }),
])

/** What a budget is set to, and what of it may be changed. */
export const budgetSettings = z.strictObject({
  limit: positiveMoney
    .nullable()
    .optional()
    .meta({ description: 'Null: count, never refuse. Zero: refuse all that costs.' }),
  enforcement: z.enum(['hard', 'soft']).optional(),
  period: budgetPeriod.optional(),
  timeZone: z.string().optional().meta({ description: 'IANA zone in which the period begins.' }),
  alertAt: z.array(alertRule).max(20).optional(),
  whileAway: z
    .enum(['closed', 'open'])
    .optional()
    .meta({ description: 'What paid work of a process does while the ledger does not answer. Default `closed`.' }),
})

/** What of its parent's spending a budget counts. */
export const budgetMatch = z
  .strictObject({ vendor: z.string().min(1).optional(), meter: z.string().min(1).optional() })
  .meta({
    id: 'BudgetMatch',
    description: 'Counts what is spent at or below the parent and has this vendor, this meter, or both.',
  })

export const budgetState = z.enum(['open', 'frozen', 'closed'])

export const budgetSchema = z
  .strictObject({
    budget: budgetName,
    state: budgetState,
    limit: money.nullable(),
    enforcement: z.enum(['hard', 'soft']),
    reserved: money,
    settled: money,
    available: money.nullable().meta({ description: 'Below zero: overdrawn by what was settled above its estimate.' }),
    timeZone: z.string(),
    startsAt: moment,
    endsAt: moment.nullable().meta({ description: 'When it renews, or a campaign is over.' }),
    match: budgetMatch.optional(),
  })
  .meta({ id: 'Budget', description: 'A budget in its present period.' })

export const periodBalanceSchema = z
  .strictObject({
    ...budgetSchema.shape,
    provisional: z.boolean().meta({
      description:
        'A reservation of the period is open, or expired after its call with an assumed cost: sums may move.',
    }),
  })
  .meta({ id: 'PeriodBalance', description: 'A budget in one period.' })

export const budgetCheckSchema = z
  .strictObject({
    allowed: z.boolean(),
    levels: z.array(budgetSchema),
    refusal: z
      .strictObject({
        code: z.string(),
        message: z.string(),
        budget: z.string().nullable(),
        renewsAt: moment.nullable(),
      })
      .nullable(),
  })
  .meta({ id: 'BudgetCheck' })

export const budgetEntrySchema = z
  .strictObject({
    position: z.string(),
    kind: z.string(),
    budget: budgetName,
    reservedChange: money,
    settledChange: money,
    reservation: z.string().nullable(),
    marks: z.array(z.enum(['late', 'over', 'unreserved', 'provisional'])),
    at: moment,
    actor: z.string().nullable(),
    reason: z.string().nullable(),
    reference: z.string().nullable().meta({ description: 'What the money is for, such as a publication.' }),
    details: z.unknown().meta({ description: 'The quote with its lines and prices, or what changed.' }),
  })
  .meta({ id: 'BudgetEntry', description: 'One line of the books. Never changed.' })

export const budgetAlertSchema = z
  .strictObject({
    id: z.string(),
    budget: budgetName,
    at: moment,
    rule: z.string(),
    of: z.enum(['settled', 'committed']),
    threshold: money,
    before: money,
    after: money,
    limit: money.nullable(),
    available: money.nullable(),
    periodStartsAt: moment,
    periodEndsAt: moment.nullable(),
    contributors: z
      .array(z.strictObject({ budget: budgetName, amount: money }))
      .meta({ description: 'The budgets right below that took most of it, at most three.' }),
    models: z
      .array(z.strictObject({ vendor: z.string(), model: z.string(), amount: money }))
      .meta({ description: 'The models that took most of it, at most three.' }),
  })
  .meta({ id: 'BudgetAlert', description: 'A budget crossed one of its thresholds: once per crossing.' })

const count = z.int().min(0).max(1_000_000_000)

/** A call of a language model before it is made. */
export const modelCallSchema = z
  .strictObject({
    vendor: z.string(),
    model: z.string(),
    inputTokens: count,
    outputTokensMax: count.meta({ description: 'What the request allows, thinking included.' }),
    tier: z.enum(['standard', 'batch', 'flex', 'priority']).optional(),
  })
  .meta({ id: 'ModelCall' })

export const budgetQuoteSchema = z
  .strictObject({
    amount: money,
    vendor: z.string(),
    model: z.string().nullable(),
    basis: z.enum(['strict', 'expected', 'usage']),
    catalogueVersion: z.string(),
    pricedAt: moment,
    lines: z.array(
      z.object({
        meter: z.string(),
        quantity: z.string(),
        priceId: z.string(),
        priceNanos: z.string().meta({ description: 'Billionths of the currency for `per` units.' }),
        per: z.string(),
      }),
    ),
  })
  .meta({ id: 'BudgetQuote', description: 'Every number that the amount follows from.' })
