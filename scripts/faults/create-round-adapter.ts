import type { PlatformAdapter } from '@ofm-social/core'
import { SCRIPTED_SHAPES } from '@ofm-social/core/testing'
import { createInstagramAdapter } from '@ofm-social/platform-instagram'
import { createXAdapter } from '@ofm-social/platform-x'
import { PATIENT_CALL_MS } from './patient-social.ts'
import { createRemoteScripted } from './remote-scripted.ts'

/** Small, so that a video has several segments. */
const SEGMENT_BYTES = 2_000
const PATIENT = { timeoutMs: PATIENT_CALL_MS, uploadTimeoutMs: PATIENT_CALL_MS }

/** The adapter of a platform whose world is served at `url`, for the engine's process and for the one that creates the posts. */
export function createRoundAdapter(platform: string, url: string): PlatformAdapter {
  if (platform === 'x') return createXAdapter({ baseUrl: url, segmentBytes: SEGMENT_BYTES, ...PATIENT })
  if (platform === 'instagram') return createInstagramAdapter({ login: 'instagram', baseUrl: url, ...PATIENT })
  if (platform === 'instagram_facebook')
    return createInstagramAdapter({ login: 'facebook', baseUrl: url, videoUpload: 'resumable', ...PATIENT })
  const shape = SCRIPTED_SHAPES.find((one) => one === platform)
  if (!shape) throw new Error(`There is no platform ${platform}.`)
  return createRemoteScripted(shape, url)
}
