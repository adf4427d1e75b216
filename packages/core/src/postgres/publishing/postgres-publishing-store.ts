import type { PublishingStore } from '../../publishing/publishing-store.ts'
import type { Database } from '../database.ts'
import { createBeginAttempt } from './begin-attempt.ts'
import { createChange } from './change-publication.ts'
import { createClaims } from './claim.ts'
import { createPartRows } from './part-rows.ts'
import { createPlatformRows } from './platform-rows.ts'
import { createReadDue } from './read-due.ts'

/** `PublishingStore` in PostgreSQL: each method is one transaction, and the clock is the database's. */
export function createPostgresPublishingStore({ often }: Database): PublishingStore {
  return {
    ...createClaims(often),
    ...createPartRows(often),
    ...createPlatformRows(often),
    readDue: createReadDue(often),
    beginAttempt: createBeginAttempt(often),
    change: createChange(often),
  }
}
