import * as z from 'zod'
import type { CreatorStore, ListWindow } from '../creators/creator-store.ts'
import type { Page } from '../creators/creators.ts'
import { pageFields, readPage } from '../creators/page.ts'
import { creatorField, findCreator } from '../creators/resolve-creator.ts'
import { type AgencyId, isId, type PublicationId } from '../model/ids.ts'
import { PUBLICATION_STATES, type PublicationRecord } from '../model/publication.ts'
import { once } from '../once.ts'
import { parseInput } from '../parse-input.ts'
import type { Abilities } from '../publishing/abilities.ts'
import type * as personCommands from '../publishing/commands.ts'
import type { Verdict } from '../publishing/commands.ts'
import { hasOpenAttempt } from '../publishing/part-state.ts'
import type { PublishingStore } from '../publishing/publishing-store.ts'
import { isSocialError, SocialError } from '../social-error.ts'
import type { PublicationStore, StoredPublication, StoredPublicationFilter } from './publication-store.ts'
import type { BulkResult, Publication, PublicationFilter, Publications } from './publications.ts'
import { toHistoryEntry } from './to-history-entry.ts'
import { toPublication } from './to-publication.ts'

export interface PublicationsDependencies {
  readonly readAgencyId: () => Promise<AgencyId>
  readonly store: PublicationStore
  readonly publishing: Pick<PublishingStore, 'change'>
  readonly creators: CreatorStore
  /** One fresh look at what asks, before a person's answer counts (rule 16). */
  readonly lookNow: (id: PublicationId) => Promise<unknown>
  /** What the adapter of a platform can do; nothing where none is installed. */
  readonly abilitiesOf: (platform: string) => Pick<Abilities, 'finds' | 'readsOutcome' | 'removes'>
  /** Something may be due now. */
  readonly wake: () => void
}

const stateField = once(() => z.enum(PUBLICATION_STATES))
const filterFields = once(() => ({
  state: z.union([stateField(), z.array(stateField()).min(1)]).optional(),
  creator: creatorField().optional(),
  account: z.string().min(1).optional(),
  platform: z.string().min(1).optional(),
  post: z.string().min(1).optional(),
  held: z.boolean().optional(),
}))
const BULK_MAX = 1_000
const byField = once(() => z.string().min(1).max(200).optional())
const listInput = once(() => z.strictObject({ ...pageFields('publication'), ...filterFields() }).default({}))
const bulkInput = once(() => z.strictObject({ ...filterFields(), limit: z.int().min(1).max(BULK_MAX) }))
const byInput = once(() => z.strictObject({ by: byField() }).default({}))
const answerFields = once(() => ({
  externalId: z.string().min(1).max(500),
  url: z.url().max(2_000).optional(),
  part: z.int().min(0).optional(),
}))
const confirmInput = once(() => z.strictObject({ ...answerFields(), by: byField() }))
const confirmAllInput = once(() =>
  z
    .array(z.strictObject({ id: z.string().min(1), ...answerFields() }))
    .min(1)
    .max(BULK_MAX),
)

/** Chosen from what is loaded with the first answer. */
type Command = (commands: typeof personCommands) => (publication: PublicationRecord, now: number, by: string) => Verdict

const sendAgain: Command = ({ retry }) => retry
const stopAsking: Command = ({ giveUp }) => giveUp
const confirmAs =
  (found: Parameters<typeof personCommands.confirm>[3]): Command =>
  ({ confirm }) =>
  (publication, now, by) =>
    confirm(publication, now, by, found)

/** Publications of one agency: reading, and a person's answers. */
export function createPublications(dependencies: PublicationsDependencies): Publications {
  const { readAgencyId, store } = dependencies
  const read = (id: string): Promise<Publication> => readPublication(dependencies, id)
  const answer = async (id: string, command: Command, by: string, needs: 'look' | 'nothing'): Promise<Publication> => {
    const seen = await lookFreshly(dependencies, await find(dependencies, id), needs)
    return run(dependencies, seen, command, by)
  }
  const answerAll = async (filter: unknown, command: Command, options: unknown): Promise<readonly BulkResult[]> => {
    const { limit, ...parsed } = parseInput(bulkInput(), filter)
    const { by = 'app' } = parseInput(byInput(), options)
    const page = await listMatching(dependencies, parsed, { limit })
    return inTurn(
      page.items.map(({ id }) => id),
      (id) => answer(id, command, by, 'look'),
    )
  }
  return {
    get: read,
    async list(query) {
      const { limit, after, ...filter } = parseInput(listInput(), query)
      return listMatching(dependencies, filter, { limit, after })
    },
    async history(id) {
      const { id: known } = await read(id)
      return (await store.history(await readAgencyId(), known)).map(toHistoryEntry)
    },
    confirm: ((target: unknown, input: unknown) => {
      if (typeof target === 'string') {
        const { by = 'app', ...found } = parseInput(confirmInput(), input)
        return answer(target, confirmAs(found), by, 'nothing')
      }
      const answers = parseInput(confirmAllInput(), target)
      const { by = 'app' } = parseInput(byInput(), input)
      const found = new Map(answers.map(({ id, ...one }) => [id, one]))
      return inTurn([...found.keys()], (id) =>
        answer(id, confirmAs(found.get(id) ?? { externalId: '' }), by, 'nothing'),
      )
    }) as Publications['confirm'],
    retry: ((target: unknown, options: unknown) =>
      typeof target === 'string'
        ? answer(target, sendAgain, parseInput(byInput(), options).by ?? 'app', 'look')
        : answerAll(target, sendAgain, options)) as Publications['retry'],
    giveUp: ((target: unknown, options: unknown) =>
      typeof target === 'string'
        ? answer(target, stopAsking, parseInput(byInput(), options).by ?? 'app', 'look')
        : answerAll(target, stopAsking, options)) as Publications['giveUp'],
    async remove(id, options) {
      const { by = 'app' } = parseInput(byInput(), options)
      const seen = await find(dependencies, id)
      if (!dependencies.abilitiesOf(seen.platform).removes) {
        throw new SocialError(
          'not_allowed',
          `The adapter for ${seen.platform} cannot remove what is live; remove it on the platform.`,
        )
      }
      return run(dependencies, seen, ({ requestRemoval }) => requestRemoval, by)
    },
  }
}

async function readPublication(dependencies: PublicationsDependencies, id: string): Promise<Publication> {
  return toPublication(await findStored(dependencies, id))
}

async function findStored({ readAgencyId, store }: PublicationsDependencies, id: string): Promise<StoredPublication> {
  const found = isId('publication', id) ? await store.find(await readAgencyId(), id) : null
  if (!found) throw new SocialError('not_found', `There is no publication ${id}.`)
  return found
}

const find = async (dependencies: PublicationsDependencies, id: string): Promise<PublicationRecord> =>
  (await findStored(dependencies, id)).record

/**
 * One fresh look at what asks, before a person's answer counts (rule 16). `needs`: sending again and giving up want the platform's word; who confirms has
 * seen the post.
 */
async function lookFreshly(
  dependencies: PublicationsDependencies,
  seen: PublicationRecord,
  needs: 'look' | 'nothing',
): Promise<PublicationRecord> {
  const asking = seen.parts.find((part) => part.state === 'needs_attention' && hasOpenAttempt(part))
  const { finds, readsOutcome } = dependencies.abilitiesOf(seen.platform)
  if (!asking || !(finds || readsOutcome)) return seen
  await dependencies.lookNow(seen.id)
  const after = await find(dependencies, seen.id)
  const part = after.parts.find(({ index }) => index === asking.index)
  // A handle asks a person because it could not be read for a day: that it still cannot is no news.
  const answered = part?.state !== 'needs_attention' || part.looks > asking.looks || !finds
  if (answered || needs === 'nothing') return after
  throw new SocialError(
    'platform_failed',
    'The platform could not be asked whether it is live, so nothing is sent again or given up. Try again in a moment.',
  )
}

const TRIES = 3

/** Compare-and-swap on what was seen; a refusal writes nothing. A version that rose without a change to the parts is tried again. */
async function run(
  dependencies: PublicationsDependencies,
  first: PublicationRecord,
  command: Command,
  by: string,
): Promise<Publication> {
  const { agencyId, id } = first
  const decide = command(await import('../publishing/commands.ts'))
  let seen = first
  for (let tries = 1; tries <= TRIES; tries += 1) {
    let refused: Verdict['refused']
    const changed = await dependencies.publishing.change(
      { agencyId, publicationId: id },
      { version: seen.version },
      (publication, now) => {
        const verdict = decide(publication, now, by)
        refused = verdict.refused
        return verdict.change ?? null
      },
    )
    if (refused) throw new SocialError(refused.code, refused.message, { offers: refused.offers ?? [] })
    if (changed) {
      dependencies.wake()
      return readPublication(dependencies, id)
    }
    const now = await find(dependencies, id)
    if (statesOf(now) !== statesOf(seen)) break
    seen = now
  }
  throw new SocialError('changed_meanwhile', 'The publication changed meanwhile: read it again.')
}

const statesOf = ({ state, run: runNumber, parts }: PublicationRecord): string =>
  [state, runNumber, ...parts.map((part) => `${part.state} ${part.attempts.length}`)].join()

type ParsedFilter = z.output<z.ZodObject<ReturnType<typeof filterFields>>> & PublicationFilter

async function listMatching(
  dependencies: PublicationsDependencies,
  filter: ParsedFilter,
  window: { readonly limit?: number | undefined; readonly after?: PublicationId | undefined },
): Promise<Page<Publication>> {
  const agencyId = await dependencies.readAgencyId()
  const { creator, account, platform, post, held, state } = filter
  const owner = creator === undefined ? undefined : await findCreator(dependencies.creators, agencyId, creator)
  const wrongId = (account !== undefined && !isId('account', account)) || (post !== undefined && !isId('post', post))
  if (owner === null || wrongId) return { items: [], next: null }
  const stored: StoredPublicationFilter = {
    ...(state !== undefined && { states: typeof state === 'string' ? [state] : state }),
    ...(owner && { creatorId: owner.id }),
    ...(isId('account', account) && { accountId: account }),
    ...(isId('post', post) && { postId: post }),
    ...(platform !== undefined && { platform }),
    ...(held !== undefined && { held }),
  }
  const read = async (part: ListWindow<PublicationId>): Promise<readonly Publication[]> =>
    (await dependencies.store.list(agencyId, { ...part, ...stored })).map(toPublication)
  return readPage<Publication>(window, read)
}

/** One after the other; each with its own result. */
async function inTurn(
  ids: readonly string[],
  answer: (id: string) => Promise<unknown>,
): Promise<readonly BulkResult[]> {
  const results: BulkResult[] = []
  for (const id of ids) {
    try {
      await answer(id)
      results.push({ id, result: 'done' })
    } catch (error) {
      if (!isSocialError(error)) throw error
      results.push({ id, result: 'refused', reason: { code: error.code, message: error.message } })
    }
  }
  return results
}
