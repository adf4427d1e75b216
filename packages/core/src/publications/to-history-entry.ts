import type { HistoryEntry } from './publications.ts'

/** Members of details that are moments, by type of event. Stored as epoch milliseconds, as all moments of the machine are. */
const moments: Readonly<Record<string, readonly string[]>> = {
  'publication.held': ['until'],
  'publication.rescheduled': ['from', 'to'],
  'publication.slow': ['deadlineAt'],
  'publication.canceled_too_late': ['cancelRequestedAt'],
}

/** A row of the history as people and programs read it: moments are dates. */
export function toHistoryEntry(entry: HistoryEntry): HistoryEntry {
  const names = moments[entry.type]
  if (!names) return entry
  const details = Object.entries(entry.details).map(([name, value]) =>
    names.includes(name) && typeof value === 'number' ? [name, new Date(value)] : [name, value],
  )
  return { ...entry, details: Object.fromEntries(details) }
}
