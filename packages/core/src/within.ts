import type { AgencyScope } from './agency-scope.ts'
import { createPost } from './posts/create-post.ts'
import { toPost } from './posts/create-posts.ts'
import type { CreatedPost, CreatePostInput } from './posts/posts.ts'
import { storedFacts } from './posts/read-facts.ts'
import { inSpan } from './publishing/observe.ts'
import type { AgencySocial, TransactionClient } from './social.ts'
import { attributeNames, spanNames } from './telemetry.ts'

/** What one agency does in the host's own transaction. */
export function createWithin(scope: AgencyScope): AgencySocial['within'] {
  return (client) => ({ posts: { create: (input) => createPostWithin(scope, client, input) } })
}

/** Two statements through the host's client, without a network: stored facts are used. The post is read back through the same client. */
async function createPostWithin(
  { ports, agency, adapters, createId }: AgencyScope,
  client: TransactionClient,
  input: CreatePostInput,
): Promise<CreatedPost> {
  const creation = ports.createWithin(client, agency.externalId)
  return inSpan(spanNames.createPost, { [attributeNames.agencyId]: agency.id }, async () => {
    const { id, quote, warnings } = await createPost(
      { agencyId: agency.id, creation, adapters, createId, factsOf: storedFacts },
      input,
    )
    const { post, publications } = await creation.read(agency.id, id)
    return { ...toPost(post, publications), quote, warnings }
  })
}
