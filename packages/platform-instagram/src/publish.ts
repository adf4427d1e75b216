import {
  type CallContext,
  isPlatformError,
  PlatformError,
  type PreparedPart,
  type PublishOutcome,
} from '@ofm-social/core'
import type { InstagramApi } from './api.ts'
import type { InstagramUploads } from './container-checkpoint.ts'
import { BLOCK_MS } from './error-rules.ts'
import type { InstagramFacebookSettings } from './settings.ts'

type Part = PreparedPart<InstagramFacebookSettings, InstagramUploads>

/** Publishes a container, or writes a comment: the one write that people see. Whatever is asked after it cannot make it fail. */
export async function publishPart(api: InstagramApi, part: Part, context: CallContext): Promise<PublishOutcome> {
  if (part.kind === 'comment') return publishComment(api, part, context)
  const { accountId, containerId } = part.uploads
  if (accountId === undefined || containerId === undefined) {
    throw new PlatformError({ code: 'prepare_again', message: 'The part has no container yet.' })
  }
  const { id } = await api.publishContainer(accountId, containerId, context)
  return { status: 'published', externalId: id, ...(await readAddress(api, id, context)) }
}

async function publishComment(api: InstagramApi, part: Part, context: CallContext): Promise<PublishOutcome> {
  if (!part.parent)
    throw new PlatformError({ code: 'invalid_post', message: 'A comment needs the post that it is for.' })
  const { id } = await api.createComment(part.parent.externalId, part.text, context)
  return { status: 'published', externalId: id, ...(part.parent.url !== undefined && { url: part.parent.url }) }
}

/** Best effort: a post that was published a moment ago may not be found yet. What blocks the account is told all the same. */
async function readAddress(
  api: InstagramApi,
  mediaId: string,
  context: CallContext,
): Promise<Pick<Extract<PublishOutcome, { status: 'published' }>, 'url' | 'block'>> {
  try {
    const url = await api.readPermalink(mediaId, context)
    return url === undefined ? {} : { url }
  } catch (error) {
    if (!isPlatformError(error) || error.code !== 'account_blocked') return {}
    const { message, until = context.now + BLOCK_MS } = error
    return { block: { scope: 'account', until, message } }
  }
}
