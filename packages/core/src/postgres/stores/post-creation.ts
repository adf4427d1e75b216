import type { AgencyId } from '../../model/ids.ts'
import type { CreatedPost, CreationWithin, PostMaterial, StoredPost } from '../../posts/post-store.ts'
import type { StoredPublication } from '../../publications/publication-store.ts'
import type { TransactionClient } from '../../social.ts'
import { SocialError } from '../../social-error.ts'

/** The statements of `posts.create`, through any client that runs one statement with values. `agencyExternalId` makes an agency that is new. */
export function createPostCreation(client: TransactionClient, agencyExternalId: string | null): CreationWithin {
  const call = async (statement: string, input: unknown): Promise<unknown> => {
    const result: Partial<Awaited<ReturnType<TransactionClient['query']>>> = await client.query(statement, [
      JSON.stringify(input),
    ])
    const answer = result.rows?.[0]?.answer
    if (typeof answer !== 'string')
      throw new SocialError('misconfigured', 'The client must answer { rows } with the columns of the statement.')
    return JSON.parse(answer)
  }
  return {
    readMaterial: async (agencyId: AgencyId, query) =>
      (await call('select ofm.read_for_create($1::text) as answer', {
        agencyId,
        agencyExternalId,
        ...query,
      })) as PostMaterial,
    read: async (agencyId, postId) =>
      (await call('select ofm.read_post($1::text) as answer', { agencyId, postId })) as {
        post: StoredPost
        publications: readonly StoredPublication[]
      },
    async create(agencyId, post) {
      const created = (await call('select ofm.create_post($1::text) as answer', { agencyId, ...post })) as
        | CreatedPost
        | { readonly status: 'outside_transaction' }
      if (created.status !== 'outside_transaction') return created
      const message =
        'within(client) joins a transaction, and this client is in none: begin one first, and use the same client for both.'
      throw new SocialError('outside_transaction', message)
    },
  }
}
