import { accessTables } from './0001/access.ts'
import { agencyTables } from './0001/agencies.ts'
import { eventTables } from './0001/events.ts'
import { functions } from './0001/functions.ts'
import { postTables } from './0001/posts.ts'
import { publicationTables } from './0001/publications.ts'
import type { Migration } from './migration.ts'

export const firstTables: Migration = {
  name: '0001-first-tables',
  statements: [...functions, ...agencyTables, ...postTables, ...publicationTables, ...eventTables, ...accessTables],
}
