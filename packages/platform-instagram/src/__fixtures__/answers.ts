import type { ScriptedAnswer } from '@ofm-social/core/testing'

/** Shapes of Instagram's documentation, with ids made up. */
export const accountId = '17841400000000001'
export const containerId = '17990000000000011'
export const mediaId = '17900000000000021'
export const commentId = '17870000000000031'
export const permalink = 'https://www.instagram.com/p/Cabc123defg/'

/** https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/error-codes */
export function graphError(code: number, subcode?: number, message = 'Refused.', status = 400): ScriptedAnswer {
  const error = { message, type: 'OAuthException', code, ...(subcode !== undefined && { error_subcode: subcode }), fbtrace_id: 'A1' }
  return { status, json: { error } }
}

export const container = (statusCode: string, more: object = {}): ScriptedAnswer => ({
  json: { id: containerId, status_code: statusCode, ...more },
})

export const quota = (used: number, total = 50): ScriptedAnswer => ({
  json: { data: [{ quota_usage: used, config: { quota_total: total, quota_duration: 86_400 } }] },
})

export const listed = (...media: readonly object[]): ScriptedAnswer => ({ json: { data: media } })
