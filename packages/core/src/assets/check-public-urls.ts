import type { AssetFiles } from '../model/asset-files.ts'
import type { PartRequest } from '../platform/part-request.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import type { PostProblem } from '../platform/post-problem.ts'

/** Where the host's files have no public URLs, a part whose files the platform would fetch has a problem that says what to set. */
export function withPublicUrlCheck(adapter: PlatformAdapter, files: AssetFiles | undefined): PlatformAdapter {
  if (!adapter.fetchesAssets || files?.publicUrl) return adapter
  return {
    ...adapter,
    checkPart: (part, facts) => [...adapter.checkPart(part, facts), ...findMissingUrls(adapter, part)],
  }
}

function findMissingUrls(adapter: PlatformAdapter, part: PartRequest): readonly PostProblem[] {
  if (!adapter.fetchesAssets?.(part)) return []
  const message = `${adapter.displayName} fetches files itself, and this storage offers no public URLs: give createSocial files with publicUrl.`
  return [{ code: 'public_url_missing', path: 'assets', message }]
}
