import type { XPost } from './state.ts'
import { pick, type Viewing } from './viewing.ts'

/** A poll as the expansion `attachments.poll_ids` shows it. */
export function toPollObject({ selection, now }: Viewing, post: XPost): Readonly<Record<string, unknown>> | undefined {
  const { poll } = post
  if (!poll) return undefined
  const endsAt = post.createdAt + poll.durationMinutes * 60_000
  const all = {
    duration_minutes: poll.durationMinutes,
    end_datetime: new Date(endsAt).toISOString(),
    voting_status: now < endsAt ? 'open' : 'closed',
  }
  return {
    id: poll.id,
    options: poll.options.map((label, index) => ({ position: index + 1, label, votes: poll.votes[index] ?? 0 })),
    ...pick(all, selection.poll),
  }
}
