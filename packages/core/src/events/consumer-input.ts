import * as z from 'zod'
import { once } from '../once.ts'
import { parseInput } from '../parse-input.ts'
import type { Consumer } from './event-store.ts'

const patternForm = /^(?:\*|(?:publication|account|budget)\.(?:\*|[a-z][a-z_]{0,62}))$/
const patternMessage =
  'pattern must be *, publication.*, account.*, budget.*, or the type of one event such as publication.published.'
const consumerSchema = once(() =>
  z.strictObject({
    pattern: z.string().refine((pattern) => patternForm.test(pattern), patternMessage),
    name: z.string().min(1).max(200).default('app'),
  }),
)

/** A consumer that can ever be told something: a pattern that matches nothing would be silent for ever. */
export const parseConsumer = (input: { readonly pattern: unknown; readonly name?: unknown }): Consumer =>
  parseInput(consumerSchema(), input)
