import { isPlatformError, type PartAsset, type PartRequest } from '@ofm-social/core'
import {
  createTestCall,
  type ScriptedAnswer,
  type ScriptedRequest,
  type ScriptedServer,
  sampleAsset,
  startScriptedServer,
} from '@ofm-social/core/testing'
import type { InstagramCheckpoint } from '../container-checkpoint.ts'
import { createInstagramAdapter } from '../instagram-adapter.ts'
import type { InstagramFacebookSettings } from '../settings.ts'
import { accountId, container } from './answers.ts'

export const now = Date.UTC(2026, 11, 1, 12)
export const hourMs = 3_600_000
export const image = sampleAsset('jpeg', { altText: 'A dancer' })
export const video = sampleAsset('mp4')

type Answers = Readonly<Record<string, (request: ScriptedRequest, times: number) => ScriptedAnswer | undefined>>

interface Given {
  readonly login?: 'instagram' | 'facebook'
  readonly text?: string
  readonly settings?: InstagramFacebookSettings
  readonly checkpoint?: InstagramCheckpoint
  readonly now?: number
  readonly videoUpload?: 'resumable'
  readonly publicUrl?: (asset: PartAsset) => Promise<string>
}

/** Prepares parts against a server that answers as a test says. */
export function createPrepareRig() {
  let server: ScriptedServer
  const rig = {
    /** Answers by what is asked: `create`, `status`, `upload`. Containers are numbered; without an entry all is well. */
    async start(answers: Answers = {}) {
      const times: Record<string, number> = {}
      let made = 0
      server = await startScriptedServer((request) => {
        const isUpload = request.path.includes('/ig-api-upload/')
        const name = isUpload ? 'upload' : request.method === 'POST' ? 'create' : 'status'
        times[name] = (times[name] ?? 0) + 1
        const given = answers[name]?.(request, times[name])
        if (given !== undefined) return given
        if (name === 'upload') return { json: { success: true, message: 'Upload successful.' } }
        if (name === 'status') return container('FINISHED')
        made += 1
        return { json: { id: String(100 + made) } }
      })
    },
    close: () => server.close(),
    requests: () => server.requests,
    created: () => server.requests.filter(({ method }) => method === 'POST').map(({ form }) => form),

    /** One call of `prepare`, with what it stored. Throws nothing. */
    async prepare(assets: readonly PartAsset[], given: Given = {}) {
      const { login = 'instagram', videoUpload, text = 'First light', settings = {}, ...call } = given
      const adapter =
        login === 'instagram'
          ? createInstagramAdapter({ login, baseUrl: server.url })
          : createInstagramAdapter({ login, baseUrl: server.url, ...(videoUpload && { videoUpload }) })
      const part: PartRequest<InstagramFacebookSettings> = {
        kind: 'post',
        index: 0,
        text,
        settings,
        rating: 'general',
        assets,
      }
      const publicUrl = async (asset: PartAsset) => `https://media.example/${asset.id}`
      const made = createTestCall<InstagramCheckpoint>({ token: 't', now, publicUrl, ...call })
      const context = { ...made.context, account: { externalId: accountId, username: 'ada' } }
      const outcome = await adapter.prepare?.(part, context).catch((error: unknown) => error)
      const checkpoint = made.checkpoints.at(-1) ?? given.checkpoint
      return { outcome, checkpoint, call: made, error: isPlatformError(outcome) ? outcome : undefined }
    },

    /** Calls until it is prepared or fails for good, moving the clock as it says; what was not accepted is tried again after five seconds. */
    async prepareFully(assets: readonly PartAsset[], given: Given = {}) {
      const startedAt = given.now ?? now
      let at = startedAt
      let run = await rig.prepare(assets, given)
      for (let round = 0; round < 50; round += 1) {
        const { outcome, error } = run
        const isAgain = typeof outcome === 'object' && outcome !== null && 'afterMs' in outcome
        const afterMs = isAgain ? Number(outcome.afterMs) : error?.code === 'not_accepted' ? 5_000 : undefined
        if (afterMs === undefined) break
        at += afterMs
        run = await rig.prepare(assets, { ...given, now: at, ...(run.checkpoint && { checkpoint: run.checkpoint }) })
      }
      return { ...run, tookMs: at - startedAt }
    },
  }
  return rig
}
