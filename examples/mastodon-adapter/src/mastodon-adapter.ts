import type { PlatformAdapter } from '@ofm-social/core'
import { createJsonClient } from '@ofm-social/core/http'
import { media, status } from './answers.ts'
import { type MastodonSettings, mastodonSettings } from './settings.ts'
import { toPlatformError } from './to-platform-error.ts'

export interface MastodonOptions {
  /** The server of the account: `https://mastodon.social`. */
  readonly baseUrl: string
  readonly userAgent?: string
}

/** Publishes to a Mastodon server, for any number of its accounts. */
export function createMastodonAdapter(options: MastodonOptions): PlatformAdapter<MastodonSettings, { ids: string[] }> {
  const http = createJsonClient({ ...options, toError: toPlatformError }) // mutating calls: 5xx, resets and timeouts are outcome_unknown
  return {
    platform: 'mastodon',
    displayName: 'Mastodon',
    limits: {
      textLengthMax: 500,
      assetsMax: 4,
      source: 'https://docs.joinmastodon.org/user/posting/',
      checkedOn: '2026-11-25',
    },
    settings: mastodonSettings,
    idempotentForMs: 3_600_000,
    checkPart: ({ text }) =>
      text.length <= 500 ? [] : [{ code: 'too_long', path: 'text', limit: 500, actual: text.length, fix: 'shorten' }],
    async prepare({ assets }, context) {
      const ids = context.checkpoint?.ids ?? []
      for (const asset of assets.slice(ids.length)) {
        const form = { file: await context.open(asset) }
        ids.push((await http.mutate('POST', '/api/v2/media', { context, form, answer: media })).id)
        await context.save({ ids })
      }
      return { status: 'prepared', uploads: { ids } }
    },
    async publish({ text, settings, parent, uploads }, context) {
      const { visibility } = settings
      const json = { status: text, media_ids: uploads.ids, visibility, in_reply_to_id: parent?.externalId }
      const headers = { 'idempotency-key': context.attempt.key }
      const made = await http.mutate('POST', '/api/v1/statuses', { context, json, headers, answer: status })
      return { status: 'published', externalId: made.id, url: made.url }
    },
  }
}
