/** Lengths of time that workflows live by, in milliseconds. A change of one changes no history. */
const HOUR_MS = 3_600_000

/** Longer than a restart of Temporal takes, so that a write which ends during one is still heard. */
export const HEARTBEAT_TIMEOUT_MS = 15_000
/** The largest upload that is reasonable; a worker that dies is noticed by its heartbeat. */
export const ADVANCE_TIMEOUT_MS = 12 * HOUR_MS
export const TENDING_TIMEOUT_MS = 300_000
const RETRY_FIRST_MS = 1_000
const RETRY_MAX_MS = 300_000

/** How long to wait after so many failures in a row: the database, or all workers, are away. */
export const retryAfterMs = (failures: number): number => Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (failures - 1))
