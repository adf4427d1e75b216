import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { answerJson, type InstagramCall, type InstagramEndpoint, toHostUrl } from './call.ts'
import { authenticate, requireAccount, requirePermission } from './caller.ts'
import type { NodeFields } from './fields.ts'
import { wrongParameter } from './graph-error.ts'

/** Sounds that reels may use: https://developers.facebook.com/docs/instagram-platform/audio-api */
export const audioEndpoints: readonly InstagramEndpoint[] = [
  { method: 'GET', hosts: ['graph.facebook.com'], path: '/ig_audio', answer: searchAudio },
]

const sounds = [
  { audioId: '18100000000000001', title: 'Morning Coffee', artist: 'The Emulated', type: 'music', durationMs: 61_000 },
  { audioId: '18100000000000002', title: 'Late Train', artist: 'Nobody Real', type: 'music', durationMs: 95_000 },
  {
    audioId: '18100000000000003',
    title: 'Original audio',
    artist: 'cleo_demo',
    type: 'original_sound',
    durationMs: 12_000,
  },
] as const

function searchAudio(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  requirePermission(caller, 'basic')
  requireAccount(call, caller, call.parameters.get('user_id') ?? '')
  const type = call.parameters.get('audio_type')
  if (type !== 'music' && type !== 'original_sound') {
    throw wrongParameter('(#100) Param audio_type must be one of {MUSIC, ORIGINAL_SOUND}')
  }
  const query = (call.parameters.get('search_query') ?? '').toLowerCase()
  const found = sounds.filter((sound) => sound.type === type && sound.title.toLowerCase().includes(query))
  return answerJson({ audio: found.map((sound) => toAudio(call, sound, 'cover_artwork_thumbnail_uri')) })
}

/** Alone, a sound names its cover otherwise than in a search. */
export function findAudio(call: InstagramCall, id: string): NodeFields | undefined {
  const sound = sounds.find(({ audioId }) => audioId === id)
  if (!sound) return undefined
  const audio = toAudio(call, sound, 'cover_artwork_thumbnail_url')
  return Object.fromEntries(Object.entries(audio).map(([name, value]) => [name, () => value]))
}

function toAudio(call: InstagramCall, sound: (typeof sounds)[number], coverKey: string): Record<string, unknown> {
  return {
    audio_id: sound.audioId,
    title: sound.title,
    display_artist: sound.artist,
    duration_in_ms: sound.durationMs,
    audio_type: sound.type,
    download_url: null,
    [coverKey]: `${toHostUrl(call, 'scontent.cdninstagram.com')}/audio/${sound.audioId}.jpg`,
    ig_username: sound.type === 'original_sound' ? sound.artist : null,
    profile_picture_url: null,
  }
}
