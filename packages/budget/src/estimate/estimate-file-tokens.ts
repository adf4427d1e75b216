/** What an attached file may count as. */
export interface FileTokens {
  readonly meter: 'input' | 'input_audio' | 'input_video'
  readonly tokens: number
}

/** More than the largest picture costs with the models of the catalogue; vendors scale pictures down to a bound. */
const imageTokensMax = 5_000

/**
 * An estimate from above of what a file counts as, by its kind and size. Null: it cannot be bounded, so that the model's whole context is the bound.
 *
 * @param sizeBytes Null: the provider loads it itself.
 */
export function estimateFileTokens(mediaType: string, sizeBytes: number | null): FileTokens | null {
  const [kind] = mediaType.toLowerCase().split('/')
  if (kind === 'image') return { meter: 'input', tokens: imageTokensMax }
  if (sizeBytes === null) return null
  // Speech at the lowest usual rate, 16 kbit/s, and 32 tokens a second: https://ai.google.dev/gemini-api/docs/audio
  if (kind === 'audio') return { meter: 'input_audio', tokens: Math.ceil(sizeBytes / 60) }
  // 300 tokens a second at 240 kbit/s: https://ai.google.dev/gemini-api/docs/video-understanding
  if (kind === 'video') return { meter: 'input_video', tokens: Math.ceil(sizeBytes / 100) }
  if (mediaType.toLowerCase() === 'application/pdf') return { meter: 'input', tokens: imageTokensMax + sizeBytes }
  return { meter: 'input', tokens: sizeBytes }
}
