import type { Container, InstagramState } from './state.ts'
import type { InstagramSettings } from './switches.ts'

export type ContainerStatus = 'IN_PROGRESS' | 'FINISHED' | 'ERROR' | 'EXPIRED' | 'PUBLISHED'

/** Where a container stands at a moment. A carousel waits for its items, and fails with one of them. */
export function toContainerStatus(
  state: InstagramState,
  container: Container,
  { now, settings }: { readonly now: number; readonly settings: InstagramSettings },
): ContainerStatus {
  if (container.mediaId !== null) return container.publishedShowsAt <= now ? 'PUBLISHED' : 'FINISHED'
  if (container.expiredEarly || container.createdAt + settings.containerLifeMs <= now) return 'EXPIRED'
  if (container.readyAt === null || container.readyAt > now) return 'IN_PROGRESS'
  if (container.failure !== null) return 'ERROR'
  const children = listChildren(state, container).map((child) => toContainerStatus(state, child, { now, settings }))
  return children.find((status) => status !== 'FINISHED') ?? 'FINISHED'
}

/** Items of a carousel in their order. */
export function listChildren(state: InstagramState, { childIds }: Container): readonly Container[] {
  return childIds.flatMap((id) => state.containers.filter((container) => container.id === id))
}

/** The sentence beside `status_code`: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-container */
export function toStatusText(status: ContainerStatus, failure: string | null, settings: InstagramSettings): string {
  if (settings.statusText === 'short') return status === 'FINISHED' ? 'completed' : status.toLowerCase()
  switch (status) {
    case 'IN_PROGRESS':
      return 'In Progress: Media is still being processed.'
    case 'FINISHED':
      return 'Finished: Media has been uploaded and it is ready to be published.'
    case 'PUBLISHED':
      return 'Published: Media has been successfully published.'
    case 'EXPIRED':
      return 'Expired: Media was not published within 24 hours and has expired.'
    case 'ERROR':
      return `Error: Media upload has failed with error code ${failure ?? '2207053'}`
  }
}
